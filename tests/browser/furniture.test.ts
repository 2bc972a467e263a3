import { expect } from '@playwright/test';
import { pageWeights } from '../../src/tools/page-weight.ts';
import { chapters, settled, test } from './site.ts';

const [chapter = ''] = chapters;

test('search finds a word and leads to its chapter', async ({ page, complaints }) => {
  await page.goto('');
  await settled(page);
  await page.keyboard.press('Control+k');
  await page.getByPlaceholder('Search').fill('hypervisor');
  const result = page.locator('.pagefind-ui__result-link').first();
  await expect(result).toBeVisible({ timeout: 20_000 });
  await result.click();
  await expect(page.locator('h1')).toBeVisible();
  expect(new URL(page.url()).pathname).toMatch(/\/$/);
  expect(complaints).toEqual([]);
});

/** What Pagefind gives to a page, as far as it is used here. */
type Pagefind = {
  search(word: string): Promise<{
    results: { data(): Promise<{ content: string }> }[];
  }>;
};

test('search knows the words of pages, not the labels of pictures or marks @root', async ({
  page,
}) => {
  await page.goto('');
  const texts = await page.evaluate(async (address) => {
    const pagefind = (await import(address)) as Pagefind;
    const { results } = await pagefind.search('packet');
    const found = await Promise.all(results.map((result) => result.data()));
    return found.map(({ content }) => content);
  }, '/pagefind/pagefind.js');
  expect(texts.length).toBeGreaterThan(3);
  expect(texts.join('\n')).toContain(
    'One packet is sent through an emulated and a paravirtual card',
  );
  // In a picture the name of a card stands next to a number, in a sentence next to that of a source.
  expect(
    texts.flatMap((text) => text.match(/.{20}(?:21140\d|\.tsCopy|Run it here)/g) ?? []),
  ).toEqual([]);
});

test('the home page loads what is counted, at most 40 kB of script compressed @root', async ({
  page,
}) => {
  const home = pageWeights({ base: '/', outDir: '.build/root' }).find((one) => one.page === '/')!;
  expect(home.script.bytes).toBeLessThanOrEqual(40 * 1024);
  const loaded: string[] = [];
  page.on('response', (response) => {
    // The search box of Pagefind is loaded when the page is idle, and is not ours.
    const [file] = /_astro\/(?!ui-core).*\.js$/.exec(response.url()) ?? [];
    if (file) loaded.push(file);
  });
  await page.goto('');
  await settled(page);
  expect(loaded.toSorted()).toEqual(home.script.files.toSorted());
});

test('the theme can be chosen, and the choice stays', async ({ page }) => {
  await page.goto(chapter);
  for (const theme of ['dark', 'light']) {
    await page.locator('starlight-theme-select select').first().selectOption(theme);
    await expect(page.locator('html')).toHaveAttribute('data-theme', theme);
    await page.reload();
    await expect(page.locator('html')).toHaveAttribute('data-theme', theme);
  }
});

test.describe('where the browser keeps nothing', () => {
  test.use({ colorScheme: 'light' });

  test('the page follows the system, and a choice holds for the visit @root', async ({
    page,
    complaints,
  }) => {
    await page.addInitScript(() => {
      const denied = {
        get: () => {
          throw new DOMException('denied', 'SecurityError');
        },
      };
      Object.defineProperty(window, 'localStorage', denied);
    });
    await page.goto(chapter);
    const html = page.locator('html');
    await expect(html).toHaveAttribute('data-theme', 'light');
    await page.emulateMedia({ colorScheme: 'dark' });
    await expect(html).toHaveAttribute('data-theme', 'dark');
    const select = page.locator('starlight-theme-select select').first();
    await select.selectOption('light');
    await expect(html).toHaveAttribute('data-theme', 'light');
    await page.goto('');
    await expect(html).toHaveAttribute('data-theme', 'light');
    await expect(select).toHaveValue('light');
    expect(complaints).toEqual([]);
  });
});

test('search that is missing says so', async ({ page }) => {
  await page.route(/\/pagefind\/pagefind/, (route) => route.abort());
  await page.goto('');
  await settled(page);
  await page.keyboard.press('Control+k');
  await expect(page.getByRole('alert')).toHaveText(/^Search could not be loaded\./);
});

test('a wrong address says so and leads back', async ({ page, baseURL }) => {
  const response = await page.goto('no/such/page/');
  expect(response?.status()).toBe(404);
  await page.getByRole('link', { name: 'The first page' }).click();
  await expect(page).toHaveURL(baseURL ?? '');
});

test('the menu opens on a small screen @root', async ({ page }) => {
  await page.setViewportSize({ width: 360, height: 740 });
  await page.goto(chapter);
  await page.getByRole('button', { name: 'Menu' }).click();
  await expect(page.getByRole('link', { name: 'Glossary', exact: true })).toBeVisible();
});

test.describe('without script', () => {
  test.use({ javaScriptEnabled: false });

  test('a chapter is whole: text, answers, output @root', async ({ page }) => {
    await page.goto(chapter);
    await expect(page.locator('h1')).toBeVisible();
    await page.getByText('Answer and explanations').first().click();
    await expect(page.getByText('Correct.').first()).toBeVisible();
    await expect(page.getByRole('button', { name: 'Run it here' })).toHaveCount(0);
    await expect(page.locator('samp').first()).not.toBeEmpty();
  });

  for (const [colorScheme, ground] of [
    ['light', 'rgb(255, 255, 255)'],
    ['dark', 'rgb(23, 24, 28)'],
  ] as const)
    test(`the page is ${colorScheme} where the system is @root`, async ({ page }) => {
      await page.emulateMedia({ colorScheme });
      await page.goto(chapter);
      await expect(page.locator('body')).toHaveCSS('background-color', ground);
      await expect(page.locator('starlight-theme-select').first()).toBeHidden();
    });

  test('a term opens its definition by keyboard @root', async ({ page }) => {
    await page.goto(chapter);
    const term = page.locator('.term').first();
    await term.focus();
    await page.keyboard.press('Enter');
    const definition = page.locator('.definition:popover-open');
    await expect(definition).toBeVisible();
    await page.keyboard.press('Escape');
    await expect(definition).toHaveCount(0);
    await expect(term).toBeFocused();
  });
});
