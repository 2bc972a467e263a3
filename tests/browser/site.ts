import { test as base, type Page } from '@playwright/test';
import { pagesOf } from '../../src/tools/check-site.ts';

/** The pages of the book as paths below its base: '' is the home page. From the sitemap. */
export const pages = pagesOf('.build/root').map((url) => new URL(url).pathname.slice(1));

/** Chapters are the pages that stand in a part. */
export const chapters = pages.filter((path) => path.split('/').length === 3);

/** What a browser complains about: errors, warnings, refused policies, failed requests. */
export const test = base.extend<{ complaints: string[] }>({
  complaints: async ({ page }, use) => {
    const complaints: string[] = [];
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning')
        complaints.push(`${message.type()}: ${message.text()}`);
    });
    page.on('pageerror', (error) => complaints.push(`uncaught: ${error.message}`));
    page.on('response', (response) => {
      if (response.status() >= 400) complaints.push(`${response.status()}: ${response.url()}`);
    });
    await use(complaints);
  },
});

export async function setTheme(page: Page, theme: 'light' | 'dark') {
  await page.evaluate((value) => {
    document.documentElement.dataset['theme'] = value;
  }, theme);
}

/** The page has come to rest: fonts, islands and idle work are done. */
export async function settled(page: Page) {
  await page.waitForLoadState('networkidle');
  await page.evaluate(() => document.fonts.ready);
}
