/**
 * Goal: whatever a page meets (missing parts, no worker, no storage, odd addresses, a translation), a widget reads,
 * says what is wrong and goes on. Method: the real pages, with what browsers and networks do to them.
 */
import AxeBuilder from '@axe-core/playwright';
import { expect, type Locator, type Page } from '@playwright/test';
import { setTheme, settled, test } from './site.ts';

async function alive(page: Page, id = 'duel'): Promise<Locator> {
  const figure = page.locator(`#${id}`);
  await figure.scrollIntoViewIfNeeded();
  await expect(figure.getByRole('button', { name: 'Next step' })).toBeVisible();
  return figure;
}
const press = (figure: Locator, name: string) =>
  figure.getByRole('button', { name, exact: true }).click();
const where = (figure: Locator) => figure.locator('.where');

/** What no page may show: an error that nobody caught. */
function uncaught(page: Page): string[] {
  const errors: string[] = [];
  page.on('pageerror', ({ message }) => errors.push(message));
  return errors;
}

test('a key of somebody else with a broken percent sign is left alone @root', async ({ page }) => {
  const errors = uncaught(page);
  await page.goto('?100%=1&%zz');
  const figure = await alive(page);
  await press(figure, 'Next step');
  await expect(page).toHaveURL(/\?100%=1&%zz&duel=v2~/);
  expect(errors).toEqual([]);
});

test('a browser that refuses a new address keeps the figure, and the link is right @root', async ({
  page,
  context,
}) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  const errors = uncaught(page);
  await page.addInitScript(() => {
    history.replaceState = () => {
      throw new DOMException('too many calls', 'SecurityError');
    };
  });
  await page.goto('');
  const figure = await alive(page);
  await press(figure, 'Next step');
  await press(figure, 'Next step');
  await press(figure, 'Copy link to this step');
  await expect(figure.locator('.said')).toHaveText('Link copied.');
  expect(await page.evaluate(() => navigator.clipboard.readText())).toMatch(
    /~at\.r1\.\w+\.\d+#duel$/,
  );
  expect(errors).toEqual([]);
});

test('a part that is missing says so in its place, and comes when it is asked for again @root', async ({
  page,
}) => {
  const errors = uncaught(page);
  let missing = true;
  await page.route(/_astro\/(Topology|StepPanel)\.[\w-]+\.js/, (route) =>
    missing ? route.abort() : route.continue(),
  );
  await page.goto('');
  const figure = await alive(page);
  await press(figure, 'Topology');
  await expect(figure.getByRole('alert')).toContainText('The topology could not be loaded.');
  await press(figure, 'Next step');
  await expect(figure.getByText('The step could not be loaded.')).toBeVisible();
  missing = false;
  await figure.getByRole('button', { name: 'Try again' }).first().click();
  await expect(figure.locator('.bg-machine').first()).toBeVisible();
  expect(errors).toEqual([]);
});

test('published runs of another build are not shown: they are computed @root', async ({ page }) => {
  await page.route(/\/flows\/duel\.json/, (route) =>
    route.fulfill({ json: { edition: 'older', lanes: [] } }),
  );
  const worker = page.waitForEvent('worker');
  await page.goto('');
  await worker;
  const figure = await alive(page);
  await expect(figure.locator('.bg-duel .bg-title')).toHaveCount(4);
});

for (const [what, answer] of [
  ['null', 'null'],
  ['no JSON', '<html>'],
] as const) {
  test(`data that is ${what} is as good as none @root`, async ({ page }) => {
    const errors = uncaught(page);
    await page.route(/\/flows\/.*\.json/, (route) =>
      route.fulfill({ contentType: 'application/json', body: answer }),
    );
    await page.goto('');
    const figure = await alive(page);
    await press(figure, 'Next step');
    await expect(figure.locator('.bg-card-sentence')).toBeVisible();
    expect(errors).toEqual([]);
  });
}

test('without workers the page computes by itself @root', async ({ page }) => {
  const errors = uncaught(page);
  await page.addInitScript(() => {
    Reflect.set(globalThis, 'Worker', function Worker() {
      throw new Error('blocked');
    });
  });
  await page.goto('');
  const figure = await alive(page);
  await figure.getByLabel('Packets').selectOption('8');
  await expect(figure.locator('.stage')).not.toHaveClass(/waiting/);
  await expect(where(figure)).toHaveText(/^\d{3} steps$/);
  expect(errors).toEqual([]);
});

test('a worker that cannot be had is told once; the next choice has a new one @root', async ({
  page,
}) => {
  let missing = true;
  await page.route(/_astro\/desk[\w.-]*\.js/, (route) =>
    missing ? route.abort() : route.continue(),
  );
  await page.goto('');
  const figure = await alive(page);
  await figure.getByLabel('Packets').selectOption('2');
  await expect(figure.getByRole('alert')).toContainText('This could not be run: ');
  await expect(figure.locator('.bg-duel')).toBeVisible();
  missing = false;
  await press(figure, 'Try again');
  await expect(figure.getByRole('alert')).toHaveCount(0);
  await expect(figure.locator('.stage')).not.toHaveClass(/waiting/);
  await expect(figure.locator('.bg-duel')).toContainText('packet 2');
});

test('without ResizeObserver a figure is measured and stepped @root', async ({ page }) => {
  const errors = uncaught(page);
  await page.addInitScript(() => Reflect.deleteProperty(globalThis, 'ResizeObserver'));
  await page.goto('');
  const figure = await alive(page);
  await press(figure, 'Next step');
  await press(figure, 'Next step');
  await press(figure, 'Next crossing');
  await expect(where(figure)).toHaveText(/^step \d+ of/);
  expect(errors).toEqual([]);
});

test('a page that a browser has translated keeps changing its words @root', async ({ page }) => {
  const errors = uncaught(page);
  await page.goto('');
  const figure = await alive(page);
  await press(figure, 'Next step');
  await expect(figure.locator('.bg-card-sentence')).toBeVisible();
  // What a translator does: each text node gives way to an element with other words.
  const translate = () =>
    page.evaluate(() => {
      const walker = document.createTreeWalker(
        document.querySelector('#duel')!,
        NodeFilter.SHOW_TEXT,
      );
      const texts: Text[] = [];
      while (walker.nextNode()) texts.push(walker.currentNode as Text);
      for (const text of texts) {
        if (text.data.trim() === '' || text.parentElement?.closest('svg, option, select')) continue;
        const font = document.createElement('i');
        font.textContent = `§${text.data}`;
        text.replaceWith(font);
      }
    });
  await translate();
  const words = ['.where', '.now', '.bg-card-sentence', '.widget > [role="status"]'];
  for (let step = 0; step < 4; step++) {
    const before = await Promise.all(words.map((each) => figure.locator(each).innerText()));
    await press(figure, 'Next crossing');
    for (const [index, each] of words.entries())
      await expect(figure.locator(each)).not.toHaveText(before[index] ?? '?');
    await translate();
  }
  await press(figure, 'Whole picture');
  await expect(where(figure)).toHaveText(/^\d+ steps$/);
  expect(errors).toEqual([]);
});

test('250 changes in a row are written late, and the last one stays @root', async ({ page }) => {
  await page.goto('');
  const figure = await alive(page);
  const writes = await page.evaluate(async () => {
    let count = 0;
    const own = history.replaceState.bind(history);
    history.replaceState = (...given) => {
      count++;
      own(...given);
    };
    const slider = document.querySelector<HTMLInputElement>('#duel .scrub input')!;
    for (let change = 0; change < 250; change++) {
      slider.value = String(1 + (change % 40));
      slider.dispatchEvent(new Event('input', { bubbles: true }));
      if (change % 10 === 0) await new Promise((resolve) => setTimeout(resolve));
    }
    return new Promise<number>((resolve) => {
      const look = (): void =>
        location.search.includes('at.') ? resolve(count) : void setTimeout(look, 20);
      look();
    });
  });
  expect(writes).toBeLessThan(50);
  const number = await figure.locator('.scrub input').inputValue();
  await expect(where(figure)).toHaveText(/^step \d+ of/);
  await expect.poll(() => new URL(page.url()).search).toContain('~at.');
  await page.waitForFunction(() => location.search.includes('at.'));
  await page.goto(page.url());
  await expect((await alive(page)).locator('.scrub input')).toHaveValue(number);
});

test.describe('on a low screen', () => {
  for (const [width, height] of [
    [320, 256],
    [640, 360],
    [390, 844],
  ] as const) {
    test(`of ${width} by ${height} no focus is hidden under the dock @root`, async ({ page }) => {
      await page.setViewportSize({ width, height });
      await page.goto('');
      const figure = await alive(page);
      await figure.getByRole('button', { name: 'Waveform' }).focus();
      for (let tabs = 0; tabs < 24; tabs++) {
        const covered = await page.evaluate(() => {
          const focus = document.activeElement?.getBoundingClientRect();
          if (!document.activeElement?.closest('#duel') || !focus) return null;
          const bar = document.querySelector('#duel .at-hand')!;
          if (bar.contains(document.activeElement)) return null;
          const over = bar.getBoundingClientRect();
          const hides = over.height > 0 && getComputedStyle(bar).position === 'sticky';
          return hides && focus.top >= over.top && focus.bottom <= over.bottom
            ? document.activeElement.outerHTML.slice(0, 80)
            : null;
        });
        expect(covered).toBeNull();
        await page.keyboard.press('Tab');
      }
    });
  }
});

test.describe('the specimens', () => {
  const path = 'how-the-widgets-work/';

  test('are the real controls: each changes the read @root', async ({ page, complaints }) => {
    await page.goto(path);
    const figure = await alive(page, 'specimens');
    const steps = figure.locator('ol li');
    const before = await steps.count();
    await figure.getByLabel('Disk', { exact: true }).selectOption('IDE disk');
    await expect(steps).not.toHaveCount(before);
    await figure.getByRole('slider', { name: /Disk serves/ }).fill('100');
    await expect(figure.locator('output')).toHaveText('10 ms');
    await figure.getByRole('slider', { name: /Disk serves/ }).press('Delete');
    await expect(figure.locator('output')).toHaveText('25 µs');
    await figure.getByLabel('Sectors').fill('9999');
    await expect(figure.getByRole('alert')).toHaveText(
      "Sectors must be a number from 1 to 256, not '9999'.",
    );
    await figure.getByLabel('Sectors').fill('16');
    await expect(figure.getByRole('alert')).toHaveCount(0);
    await figure.getByLabel('Costs of the steps').check();
    await expect(steps.first().locator('small')).toBeVisible();
    const pill = figure.getByRole('slider', { name: 'Step on the line' });
    await pill.focus();
    await page.keyboard.press('ArrowRight');
    await expect(figure.locator('[aria-current="step"]')).toHaveCount(1);
    await expect(where(figure)).toHaveText(/^step 2 of/);
    await expect(page).toHaveURL(/\?specimens=v1~ide-dma~at\.2~sectors\.16~costs$/);
    await page.goto(page.url());
    const again = await alive(page, 'specimens');
    await expect(where(again)).toHaveText(/^step 2 of/);
    await expect(again.getByLabel('Sectors')).toHaveValue('16');
    expect(complaints).toEqual([]);
  });

  test('a handle is dragged by mouse, and by keys to its ends @root', async ({ page }) => {
    await page.goto(path);
    const figure = await alive(page, 'specimens');
    const pill = figure.getByRole('slider', { name: 'Step on the line' });
    await pill.scrollIntoViewIfNeeded();
    const box = (await pill.locator('svg').boundingBox())!;
    await page.mouse.move(box.x + 30, box.y + 22);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width - 30, box.y + 22, { steps: 4 });
    await page.mouse.up();
    const far = Number(await pill.getAttribute('aria-valuenow'));
    expect(far).toBeGreaterThan(2);
    await page.keyboard.press('Home');
    await expect(pill).toHaveAttribute('aria-valuenow', '0');
    await page.keyboard.press('End');
    await expect(where(figure)).toHaveText(/^step (\d+) of \1$/);
  });

  test('hand out what they show, by its own name @root', async ({ page }) => {
    await page.goto(path);
    const figure = await alive(page, 'specimens');
    await figure.getByLabel('Sectors').fill('2');
    await expect(figure.locator('.stage')).not.toHaveClass(/waiting/);
    await press(figure, 'Take away');
    for (const kind of ['CSV', 'JSON'] as const) {
      const [file] = await Promise.all([
        page.waitForEvent('download'),
        press(figure, `Download ${kind}`),
      ]);
      expect(file.suggestedFilename()).toBe(
        `1024-bytes-read-from-the-scsi-disk-of-vmbus.${kind.toLowerCase()}`,
      );
    }
    await expect(figure.locator('.widget > [role="status"]')).toHaveText(/\.json saved\.$/);
  });

  test.describe('without script', () => {
    test.use({ javaScriptEnabled: false });
    test('are the read, whole @root', async ({ page }) => {
      await page.goto(path);
      await expect(page.locator('#specimens ol li').first()).toBeVisible();
      await expect(page.locator('#specimens').getByRole('button')).toHaveCount(0);
    });
  });

  for (const width of [320, 1280]) {
    test(`at ${width} px nothing sticks out, and axe finds nothing @root`, async ({ page }) => {
      await page.setViewportSize({ width, height: 800 });
      await page.goto(path);
      const figure = await alive(page, 'specimens');
      await press(figure, 'Next step');
      await press(figure, 'Take away');
      await settled(page);
      for (const theme of ['light', 'dark'] as const) {
        await setTheme(page, theme);
        const { violations } = await new AxeBuilder({ page }).include('#specimens').analyze();
        expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)).toEqual([]);
      }
      const overhang = await page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      );
      expect(overhang).toBe(0);
    });
  }
});

test('the frame code shows the figure alone, in the state of the link @root', async ({
  page,
  context,
  complaints,
}) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await page.goto('');
  const figure = await alive(page);
  await press(figure, 'Next step');
  await press(figure, 'Next step');
  await press(figure, 'Take away');
  await press(figure, 'Copy frame code');
  await expect(figure.locator('.said')).toHaveText('Frame code copied.');
  const said = await where(figure).textContent();
  const code = await page.evaluate(() => navigator.clipboard.readText());
  expect(code).toMatch(
    /^<iframe src="[^"]+\/embed\/duel\/\?duel=v2~[^"]+" title="One packet, four ways down"/,
  );
  await page.goto(/src="([^"]+)"/.exec(code)?.[1] ?? '');
  const alone = await alive(page);
  await expect(where(alone)).toHaveText(said ?? '?');
  await expect(page.getByRole('link', { name: 'Beneath the Guest' })).toBeVisible();
  await expect(page.getByRole('navigation')).toHaveCount(0);
  for (const scheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme: scheme });
    await expect(page.locator('html')).toHaveAttribute('data-theme', scheme);
  }
  expect(complaints).toEqual([]);
});

test('the picture is taken away as PNG, as large as a slide @root', async ({ page }) => {
  await page.goto('');
  const figure = await alive(page);
  await press(figure, 'Next step');
  await press(figure, 'Take away');
  const [file] = await Promise.all([page.waitForEvent('download'), press(figure, 'Download PNG')]);
  const chunks: Buffer[] = [];
  for await (const chunk of await file.createReadStream()) chunks.push(chunk as Buffer);
  const png = Buffer.concat(chunks);
  expect(png.subarray(1, 4).toString()).toBe('PNG');
  expect(png.readUInt32BE(16)).toBeGreaterThan(2400);
});
