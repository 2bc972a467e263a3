import { expect } from '@playwright/test';
import { chapters, test } from './site.ts';

for (const chapter of chapters) {
  test.describe(`/${chapter}`, () => {
    test('the quiz answers a choice at once @root', async ({ page }) => {
      await page.goto(chapter);
      for (const question of await page.locator('quiz-question').all()) {
        const options = question.getByRole('radio');
        for (let i = 0; i < (await options.count()); i++) {
          await options.nth(i).check();
          await expect(question.getByRole('status')).toContainText(/^(Correct|Not quite)\. /);
        }
      }
    });

    test('an example prints in the browser what it printed at build', async ({
      page,
      complaints,
    }) => {
      await page.goto(chapter);
      for (const example of await page.locator('run-example').all()) {
        const output = example.locator('samp');
        const built = await output.textContent();
        await example.getByRole('button', { name: 'Run it here' }).click();
        await expect(example.locator('.label')).toHaveText('Output, run in your browser');
        expect(await output.textContent()).toBe(built);
      }
      expect(complaints).toEqual([]);
    });
  });
}
