import { gzipSync } from 'node:zlib';
import { expect } from '@playwright/test';
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

test('the home page ships at most 40 kB of script, libraries included, compressed @root', async ({
  page,
}) => {
  const bodies: Promise<Buffer>[] = [];
  page.on('response', (response) => {
    // The search box of Pagefind is loaded when the page is idle, and is not ours.
    if (/\/_astro\/(?!ui-core).*\.js$/.test(response.url())) bodies.push(response.body());
  });
  await page.goto('');
  await settled(page);
  const sizes = (await Promise.all(bodies)).map((body) => gzipSync(body).length);
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(40 * 1024);
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
