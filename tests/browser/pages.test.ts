import AxeBuilder from '@axe-core/playwright';
import { expect } from '@playwright/test';
import { pages, setTheme, settled, test } from './site.ts';

for (const path of pages) {
  test.describe(`/${path}`, () => {
    test('loads without a complaint, shows its heading, fits 320 px', async ({
      page,
      complaints,
    }) => {
      await page.goto(path);
      await settled(page);
      await expect(page.locator('h1')).toBeVisible();
      await page.setViewportSize({ width: 320, height: 720 });
      const overhang = await page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      );
      expect(overhang, 'the page scrolls sideways').toBe(0);
      expect(complaints).toEqual([]);
    });

    test('has no accessibility finding in light and dark, nor on a phone @root', async ({
      page,
    }) => {
      await page.emulateMedia({ reducedMotion: 'reduce' });
      await page.goto(path);
      await settled(page);
      for (const [theme, width] of [
        ['light', 1280],
        ['dark', 1280],
        ['light', 320],
      ] as const) {
        await page.setViewportSize({ width, height: 720 });
        await setTheme(page, theme);
        // Starlight names its search button "Search" and shows "Search Ctrl K" in it.
        const { violations } = await new AxeBuilder({ page })
          .disableRules(['label-content-name-mismatch'])
          .analyze();
        const findings = violations.flatMap(({ id, nodes }) =>
          nodes.map(
            ({ target, failureSummary }) =>
              `${theme} ${width} ${id} ${target.join(' ')}: ${failureSummary}`,
          ),
        );
        expect(findings).toEqual([]);
      }
    });
  });
}
