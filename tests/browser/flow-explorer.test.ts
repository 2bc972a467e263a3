import AxeBuilder from '@axe-core/playwright';
import { expect, type Locator, type Page } from '@playwright/test';
import { setTheme, settled, test } from './site.ts';

/** The explorer of a page, alive: its controls are there. */
async function explorer(page: Page, id = 'duel'): Promise<Locator> {
  const figure = page.locator(`#${id}`);
  await figure.scrollIntoViewIfNeeded();
  await expect(figure.getByRole('button', { name: 'Next step' })).toBeVisible();
  return figure;
}

/** The page knows that the figure is not seen: an observer is told after those that came before it. */
const offScreen = (figure: Locator) =>
  figure.evaluate(
    (element) =>
      new Promise<void>((resolve) => {
        const observer = new IntersectionObserver(([entry]) => {
          if (!entry?.isIntersecting) resolve();
        });
        observer.observe(element);
      }),
  );

/** Two frames have been drawn, so that what was begun is under way. */
const painted = (page: Page) =>
  page.evaluate(
    () =>
      new Promise<void>((resolve) => {
        requestAnimationFrame(() => requestAnimationFrame(() => resolve()));
      }),
  );

const where = (figure: Locator) => figure.locator('.where');
const step = (figure: Locator) => figure.getByRole('slider', { name: 'Step' });
const verb = (figure: Locator, name: string) => figure.getByRole('button', { name, exact: true });

test.describe('stepping', () => {
  test('by mouse: buttons, the picture, the slider @root', async ({ page, complaints }) => {
    await page.goto('');
    const figure = await explorer(page);
    await verb(figure, 'Next step').click();
    await expect(where(figure)).toHaveText(/^step 1 of \d+$/);
    await verb(figure, 'Next step').click();
    await expect(where(figure)).toHaveText(/^step 1 of/);
    await expect(figure.locator('.now')).toHaveText(/^(Hyper-V|ESXi) .*: /);
    await verb(figure, 'Next step').click();
    await expect(where(figure)).toHaveText(/^step 2 of/);
    await verb(figure, 'Back').click();
    await expect(where(figure)).toHaveText(/^step 1 of/);
    await verb(figure, 'Next crossing').click();
    await expect(where(figure)).not.toHaveText(/^step 1 of/);

    await figure
      .locator('.scrubbed')
      .evaluate((area) => area.scrollIntoView({ behavior: 'instant' }));
    const picture = (await figure.locator('.scrubbed svg').boundingBox())!;
    await page.mouse.move(picture.x + 200, picture.y + 120);
    await page.mouse.down();
    const before = await step(figure).inputValue();
    await page.mouse.move(picture.x + 500, picture.y + 120, { steps: 4 });
    await page.mouse.up();
    await expect
      .poll(async () => Number(await step(figure).inputValue()))
      .toBeGreaterThan(Number(before));

    await step(figure).fill('3');
    await expect(where(figure)).toHaveText(/^step 2 of/);
    expect(complaints).toEqual([]);
  });

  test('by keyboard, only while the focus is inside @root', async ({ page }) => {
    await page.goto('');
    const figure = await explorer(page);
    await page.keyboard.press('ArrowRight');
    await expect(where(figure)).toHaveText(/^\d+ steps$/);
    await step(figure).focus();
    await page.keyboard.press('ArrowRight');
    await expect(where(figure)).toHaveText(/^step 1 of/);
    await page.keyboard.press('End');
    await expect(where(figure)).toHaveText(/^step (\d+) of \1$/);
    await page.keyboard.press('Home');
    await expect(where(figure)).toHaveText(/^step 1 of/);
    await page.keyboard.press('PageDown');
    const crossing = await where(figure).textContent();
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('PageUp');
    await expect(where(figure)).toHaveText(crossing ?? '');
    await page.keyboard.press('Escape');
    await expect(where(figure)).toHaveText(/^\d+ steps$/);
  });

  test('the picture itself is a tab stop that says the step @root', async ({ page }) => {
    await page.goto('');
    const figure = await explorer(page);
    const picture = figure.locator('.scrubbed');
    await expect(picture).toHaveRole('slider');
    await figure.getByRole('button', { name: /ull screen/ }).focus();
    await page.keyboard.press('Tab');
    await expect(picture).toBeFocused();
    await page.keyboard.press('ArrowRight');
    const sentence = (await figure.locator('.now').textContent()) ?? '?';
    await expect(picture).toHaveAttribute('aria-valuetext', sentence);
    await expect(picture).toHaveAttribute('aria-valuenow', '1');
  });

  test('has one numbering, and a way back to the whole picture @root', async ({ page }) => {
    await page.goto('');
    const figure = await explorer(page);
    await expect(verb(figure, 'Whole picture')).toHaveCount(0);
    for (let i = 0; i < 24; i++) await verb(figure, 'Next step').click();
    const said = (await where(figure).textContent()) ?? '?';
    const number = /^step (\d+) of \d+$/.exec(said)?.[1] ?? '?';
    await expect(figure.locator('.bg-pill-text')).toHaveText(number);
    await verb(figure, 'Steps').click();
    await expect(where(figure)).toHaveText(said);
    await expect(figure.locator('.table [aria-current="step"] th')).toHaveText(number);
    await verb(figure, 'Whole picture').click();
    await expect(where(figure)).toHaveText(/^\d+ steps$/);
    await expect(verb(figure, 'Whole picture')).toHaveCount(0);
  });

  test('fills the screen with all lanes over the dock @root', async ({ page }) => {
    await page.setViewportSize({ width: 1280, height: 800 });
    await page.goto('');
    const figure = await explorer(page);
    await verb(figure, 'Full screen').click();
    await expect(verb(figure, 'Leave full screen')).toBeVisible();
    const top = async (selector: string) => (await figure.locator(selector).boundingBox())!;
    await expect
      .poll(async () => {
        const [picture, dock] = [await top('.bg-duel'), await top('.dock')];
        return picture.y > 0 && picture.y + picture.height <= dock.y && dock.y + dock.height <= 800;
      })
      .toBe(true);
    await page.keyboard.press('Escape');
    await expect(verb(figure, 'Full screen')).toBeVisible();
  });

  test('says what happens, once, politely @root', async ({ page }) => {
    await page.goto('');
    const figure = await explorer(page);
    await verb(figure, 'Next step').click();
    const said = figure.locator('.widget > [role="status"]');
    await expect(said).toHaveText(/\.$/);
    await expect(figure.locator('.bg-card')).toContainText((await said.textContent()) ?? '?');
  });

  test('plays only when asked, and pauses off the screen @root', async ({ page }) => {
    await page.clock.install({ time: 0 });
    await page.goto('');
    const figure = await explorer(page);
    await page.clock.pauseAt(3_600_000);
    const at = async () =>
      Number(/^step (\d+) of/.exec((await where(figure).textContent()) ?? '')?.[1]);
    await page.clock.runFor(5000);
    await expect(where(figure)).not.toHaveText(/^step/);
    await verb(figure, 'Play').click();
    await expect(verb(figure, 'Pause')).toBeVisible();
    await page.clock.runFor(5000);
    const played = await at();
    expect(played).toBeGreaterThan(2);
    await page.evaluate(`document.body.style.paddingBottom = '3000px'; scrollTo(0, 9e9)`);
    await offScreen(figure);
    // What the page has heard of its own scrolling takes effect with its next task; then it rests.
    await page.clock.runFor(100);
    const rested = await at();
    await page.clock.runFor(5000);
    expect(await at()).toBe(rested);
  });
});

test.describe('motion', () => {
  /** What moves: the classes of what is animated, and for how long. */
  const moving = (page: Page) =>
    page.evaluate(() =>
      document.getAnimations().flatMap(({ effect }) => {
        if (!(effect instanceof KeyframeEffect)) return [];
        const shape = effect.target?.closest('.bg-figure')?.getAttribute('class') ?? '';
        return shape === '' ? [] : [`${shape} ${String(effect.getTiming().duration)}`];
      }),
    );
  const still = async (page: Page) => expect.poll(() => moving(page)).toEqual([]);
  const markup = (figure: Locator) => figure.locator('.bg-duel').innerHTML();
  const moved = (page: Page) => page.waitForResponse(/motion\.[\w-]+\.js/);

  test('follows a step and a crossing, not a scrub, and leaves nothing @root', async ({
    page,
    complaints,
  }) => {
    await page.goto('');
    const figure = await explorer(page);
    await Promise.all([moved(page), verb(figure, 'Next step').click()]);
    await painted(page);
    expect(await moving(page)).toEqual([]);
    await step(figure).focus();
    for (let i = 0; i < 4; i++) await page.keyboard.press('ArrowRight');
    const kinds = new Set(await moving(page));
    expect(kinds).toContain('bg-figure bg-duel 220');
    await still(page);
    await page.keyboard.press('PageDown');
    expect(await moving(page)).toContain('bg-figure bg-duel 400');
    await page.keyboard.press('End');
    await still(page);
    await step(figure).fill('3');
    expect(await moving(page)).toEqual([]);
    await verb(figure, 'Next step').click();
    await still(page);
    const after = await markup(figure);
    await page.goto(page.url());
    expect(await markup(await explorer(page))).toBe(after);
    expect(complaints).toEqual([]);
  });

  test('is none where the reader wants less @root', async ({ page }) => {
    await page.emulateMedia({ reducedMotion: 'reduce' });
    await page.goto('');
    const figure = await explorer(page);
    await Promise.all([moved(page), verb(figure, 'Next step').click()]);
    await step(figure).focus();
    for (let i = 0; i < 4; i++) {
      await page.keyboard.press('ArrowRight');
      expect(await moving(page)).toEqual([]);
    }
  });
});

test.describe('by touch', () => {
  test.use({ hasTouch: true, isMobile: true, viewport: { width: 360, height: 740 } });

  test('the standing picture is stepped and its lanes are chosen @root', async ({
    page,
    complaints,
  }) => {
    await page.goto('');
    const figure = await explorer(page);
    await verb(figure, 'Next step').tap();
    await verb(figure, 'Next step').tap();
    await expect(where(figure)).toHaveText(/^step 2 of/);
    await expect(figure.locator('[aria-current="step"]')).toHaveCount(1);
    const row = figure.locator('.bg-turned [aria-current="step"]');
    const under = await figure.locator('.at-hand').boundingBox();
    await expect(row).toBeInViewport({ ratio: 1 });
    await expect
      .poll(async () => {
        const box = (await row.boundingBox())!;
        return box.y > 0 && box.y + box.height <= under!.y;
      })
      .toBe(true);
    await expect(figure.locator('.at-hand .now')).toBeVisible();
    await expect(figure.locator('.at-hand .now')).toHaveText(/\.$/);
    await expect(figure.locator('.bg-selected')).toBeInViewport({ ratio: 1 });
    await figure.locator('.bg-silhouette').nth(3).tap();
    await expect(figure.locator('.bg-silhouette').nth(3)).toHaveAttribute('aria-pressed', 'true');
    for (const target of await figure.locator('.dock button, .controls button').all()) {
      const box = (await target.boundingBox())!;
      expect(Math.min(box.width, box.height), await target.innerText()).toBeGreaterThanOrEqual(
        43.5,
      );
    }
    expect(complaints).toEqual([]);
  });
});

test.describe('by finger', () => {
  test.use({ hasTouch: true, isMobile: true, viewport: { width: 900, height: 700 } });

  test('a swipe down scrolls, one sideways scrubs @root', async ({ page }) => {
    await page.goto('');
    const figure = await explorer(page);
    await figure.evaluate((element) => element.scrollIntoView({ behavior: 'instant' }));
    const box = (await figure.locator('.scrubbed svg').boundingBox())!;
    const touch = await page.context().newCDPSession(page);
    const swipe = async (dx: number, dy: number) => {
      const at = (share: number) => [
        { x: box.x + 250 + dx * share, y: box.y + 230 + dy * share, id: 1 },
      ];
      await touch.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints: at(0) });
      for (const share of [0.2, 0.4, 0.6, 0.8, 1]) {
        await touch.send('Input.dispatchTouchEvent', { type: 'touchMove', touchPoints: at(share) });
      }
      await touch.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] });
    };
    const scrolled = () => page.evaluate(() => scrollY);
    const before = await scrolled();
    await swipe(2, -150);
    await expect.poll(scrolled).toBeGreaterThan(before + 50);
    await expect(where(figure)).toHaveText(/^\d+ steps$/);
    await figure.evaluate((element) => element.scrollIntoView({ behavior: 'instant' }));
    await swipe(200, 0);
    await expect(where(figure)).toHaveText(/^step/);
  });
});

test.describe('the address', () => {
  test('of one figure leads to it, where it names no other place @root', async ({ page }) => {
    await page.setViewportSize({ width: 360, height: 740 });
    await page.goto('?duel=v1~tx~1~esxi.vmxnet3');
    await expect(page.locator('#duel')).toBeInViewport();
    expect(await page.evaluate(() => scrollY)).toBeGreaterThan(100);
  });

  test('carries the step, and restores it', async ({ page, context, complaints }) => {
    await context.grantPermissions(['clipboard-read', 'clipboard-write']);
    await page.goto('');
    const figure = await explorer(page);
    for (let i = 0; i < 5; i++) await verb(figure, 'Next step').click();
    const sentence = await figure.locator('.bg-card-sentence').textContent();
    const number = await where(figure).textContent();
    await verb(figure, 'Copy link to this step').click();
    await expect(figure.locator('.said')).toHaveText('Link copied.');
    const link = await page.evaluate(() => navigator.clipboard.readText());
    expect(link).toMatch(/\?duel=v2~tx~[\w.~-]+~at\.r1\.[a-z]+\.\d+#duel$/);
    await expect(page).toHaveURL(link.replace(/#.*/, ''));
    await page.goto(link);
    const again = await explorer(page);
    await expect(where(again)).toHaveText(number ?? '?');
    await expect(again.locator('.bg-card-sentence')).toHaveText(sentence ?? '?');
    expect(complaints).toEqual([]);
  });

  test('with a scenario of its own computes it in the page', async ({ page, complaints }) => {
    await page.goto('?duel=v1~rx~4~burst~native.e1000~esxi.vmxnet3');
    const figure = await explorer(page);
    await expect(figure.getByLabel('Operation')).toHaveValue('rx');
    await expect(figure.getByLabel('Packets')).toHaveValue('4');
    await expect(figure.locator('.bg-duel .bg-title')).toHaveCount(2);
    expect(complaints).toEqual([]);
  });

  test('of a disk shows its requests, and what transmits instead', async ({ page, complaints }) => {
    await page.goto('?duel=v1~read~4~burst~hyper-v.ide-dma~esxi.pvscsi');
    const figure = await explorer(page);
    await expect(figure.getByLabel('Requests')).toHaveValue('4');
    await expect(figure.locator('.bg-duel .bg-title')).toHaveCount(2);
    await figure.getByLabel('Operation').selectOption('Transmit');
    await expect(figure.getByRole('alert')).toHaveText(
      /^Transmit is for network adapters: showing DEC 21140 in place of .*; vmxnet3 in place of /,
    );
    await expect(figure.getByLabel('Packets')).toHaveValue('4');
    await expect(figure.locator('.bg-duel')).toContainText('vmxnet3');
    expect(complaints).toEqual([]);
  });

  for (const [wrong, says] of [
    ['v1~read~1~esxi.e1000', /operation of e1000 'read': use tx, rx, echo/],
    ['v1~tx~1~esxi.netvsc', /device of esxi 'netvsc': use .*vmxnet3/],
    ['v1~tx~1~esxi.e1000~at.r1.notify.99', /step 'r1\.notify\.99': use r1\.notify\.1 to/],
    ['%22%3E%3Cscript%3E', /version/],
    ['v2~tx~esxi.e1000~documented.false', /documented 'false': it takes no value/],
    ['%E0%A4%A', /percent sign/],
  ] as const) {
    test(`that is wrong is answered by one line: ${wrong} @root`, async ({ page, complaints }) => {
      await page.goto(`?duel=${wrong}`);
      const figure = await explorer(page);
      await expect(figure.getByRole('alert')).toHaveText(says);
      await expect(figure.locator('.bg-duel .bg-title')).toHaveCount(4);
      await verb(figure, 'Next step').click();
      await expect(figure.getByRole('alert')).toHaveCount(0);
      expect(complaints).toEqual([]);
    });
  }
});

test.describe('changing', () => {
  test('a device that is not offered is replaced, and the reader is told @root', async ({
    page,
  }) => {
    await page.goto('');
    const figure = await explorer(page);
    await verb(figure, 'Lanes').click();
    await figure.getByLabel('Architecture of lane 2').selectOption('esxi');
    await expect(figure.getByRole('alert')).toContainText('showing');
    await expect(figure.getByLabel('Device of lane 2')).toHaveValue('vmxnet3');
    await verb(figure, 'Remove lane 1').click();
    await expect(figure.locator('.bg-duel .bg-title')).toHaveCount(3);
  });

  test('the views show the same step @root', async ({ page }) => {
    await page.goto('');
    const figure = await explorer(page);
    for (let i = 0; i < 3; i++) await verb(figure, 'Next step').click();
    const sentence = (await figure.locator('.bg-card-sentence').textContent()) ?? '';
    for (const view of ['Topology', 'Sequence', 'Timeline', 'Steps']) {
      await verb(figure, view).click();
      await expect(figure.locator('.bg-card-sentence')).toHaveText(sentence);
    }
    await expect(figure.locator('.table [aria-current="step"]')).toContainText(
      sentence.slice(0, -1),
    );
  });

  test('what no source documents is faint, named, and still counted @root', async ({ page }) => {
    await page.goto('');
    const figure = await explorer(page);
    const steps = (await where(figure).textContent()) ?? '?';
    const counts = figure.locator('.bg-crossings');
    const before = await counts.allTextContents();
    await expect(figure.locator('.bg-dim')).toHaveCount(0);
    await verb(figure, 'Lanes').click();
    await figure.getByLabel('Documented steps only').check();
    await expect(figure.locator('.notice')).toContainText(/\d+ steps/);
    expect(await figure.locator('.bg-dim').count()).toBeGreaterThan(10);
    await expect(where(figure)).toHaveText(steps);
    expect(await counts.allTextContents()).toEqual(before);
    await verb(figure, 'Sequence').click();
    await expect(figure.locator('.bg-sequence')).toContainText(/\((assumed|inferred)\)/);
    await verb(figure, 'Steps').click();
    await expect(figure.locator('.bg-undocumented').first()).toContainText(/assumed|inferred/);
  });

  test('all machines are seen at once, and the request travels in them @root', async ({
    page,
    complaints,
  }) => {
    await page.goto('?duel=v1~tx~1~hyper-v.dec21140~esxi.vmxnet3~view.topology');
    const figure = await explorer(page);
    const machines = figure.locator('.bg-machine');
    await expect(machines).toHaveCount(2);
    await expect(machines.first()).toContainText('Visits guest, ');
    await expect(machines.locator('.bg-ring')).toHaveCount(0);
    await verb(figure, 'Next step').click();
    await expect(machines.locator('.bg-ring')).toHaveCount(2);
    await verb(figure, 'Next crossing').click();
    await expect(machines.first()).toContainText(
      (await figure.locator('.bg-card-sentence').textContent()) ?? '?',
    );
    await expect(page).toHaveURL(/~view\.topology$/);
    await page.setViewportSize({ width: 320, height: 700 });
    await expect(machines).toHaveCount(2);
    const [one, other] = await Promise.all([
      machines.first().boundingBox(),
      machines.last().boundingBox(),
    ]);
    expect(other!.y).toBeGreaterThan(one!.y + one!.height - 1);
    expect(complaints).toEqual([]);
  });

  test('64 packets are computed in a worker, and stepped @root', async ({ page }) => {
    await page.goto('');
    const figure = await explorer(page);
    await settled(page);
    expect(page.workers()).toHaveLength(0);
    const worker = page.waitForEvent('worker');
    await figure.getByLabel('Packets').selectOption('64');
    await worker;
    await expect(figure.locator('.stage')).not.toHaveClass(/waiting/, { timeout: 20_000 });
    await expect(where(figure)).toHaveText(/^[\d,]{4,} steps$/);
    await step(figure).focus();
    await page.keyboard.press('ArrowRight');
    await expect(where(figure)).toHaveText(/^step 1 of [\d,]{4,}$/);
  });
});

test('what can be taken away: link, Mermaid, SVG @root', async ({ page, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await page.goto('');
  const figure = await explorer(page);
  await verb(figure, 'Next step').click();
  const clipboard = () => page.evaluate(() => navigator.clipboard.readText());
  await verb(figure, 'Copy link to this step').click();
  await expect(figure.locator('.said')).toHaveText('Link copied.');
  expect(await clipboard()).toMatch(/\?duel=v2~.*~at\.r1\.submit\.1#duel$/);
  await verb(figure, 'Take away').click();
  await verb(figure, 'Copy as Mermaid').click();
  await expect(figure.locator('.said')).toHaveText('Mermaid text copied.');
  expect(await clipboard()).toMatch(/^sequenceDiagram\n/);
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    verb(figure, 'Download SVG').click(),
  ]);
  expect(download.suggestedFilename()).toBe('one-packet-four-ways-down-step-1.svg');
  const chunks: Buffer[] = [];
  for await (const chunk of await download.createReadStream()) chunks.push(chunk as Buffer);
  const svg = Buffer.concat(chunks).toString();
  for (const words of ['CC BY 4.0', 'edge of the hypervisor', 'VM exit', 'Distance counts steps'])
    expect(svg).toContain(words);
  expect(svg).not.toMatch(/var\(--|class="/);
});

test('paper has the whole picture, every step, and the address @root', async ({ page }) => {
  await page.goto('');
  const figure = await explorer(page);
  await setTheme(page, 'dark');
  await verb(figure, 'Next step').click();
  await settled(page);
  await page.emulateMedia({ media: 'print' });
  await page.evaluate(() => dispatchEvent(new Event('beforeprint')));
  await expect(figure.locator('.address')).toContainText('at.r1.submit.1');
  await expect(figure.locator('.bg-coming, .bg-cursor, .bg-ring')).toHaveCount(0);
  for (const part of ['.controls', '.dock', '.share', '.card'])
    await expect(figure.locator(part)).toBeHidden();
  const rows = (): Promise<number> => figure.locator('.tables tbody tr:visible').count();
  await expect.poll(rows).toBeGreaterThan(100);
  expect(await page.evaluate(() => getComputedStyle(document.body).backgroundColor)).toBe(
    'rgb(255, 255, 255)',
  );
  await page.evaluate(() => dispatchEvent(new Event('afterprint')));
  await page.emulateMedia({ media: 'screen' });
  await expect(where(figure)).toHaveText(/^step 1 of/);
  await expect(figure.locator('.address')).toHaveCount(0);
});

test.describe('without script', () => {
  test.use({ javaScriptEnabled: false });

  test('the page has the picture, its counts and every step @root', async ({ page }) => {
    await page.goto('');
    const figure = page.locator('#duel');
    await expect(figure.locator('.broad .bg-duel')).toBeVisible();
    await expect(figure.locator('.slim')).toBeHidden();
    await expect(figure.getByRole('button')).toHaveCount(0);
    await figure
      .getByText(/\d+ steps on the path(, \d+ beside)?, as a table/)
      .first()
      .click();
    expect(await figure.locator('details[open] tbody tr').count()).toBeGreaterThan(20);
    await page.setViewportSize({ width: 320, height: 700 });
    await expect(figure.locator('.broad')).toBeHidden();
    await expect(figure.locator('.slim .bg-silhouettes')).toBeVisible();
  });
});

for (const width of [320, 900, 1280]) {
  test(`at ${width} px nothing sticks out, and axe finds nothing at a step @root`, async ({
    page,
    complaints,
  }) => {
    await page.emulateMedia({ reducedMotion: 'reduce' });
    await page.setViewportSize({ width, height: 800 });
    await page.goto('');
    const figure = await explorer(page);
    await verb(figure, 'Lanes').click();
    for (let i = 0; i < 3; i++) await verb(figure, 'Next step').click();
    for (const theme of ['light', 'dark'] as const) {
      await setTheme(page, theme);
      const { violations } = await new AxeBuilder({ page }).include('#duel').analyze();
      expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)).toEqual([]);
    }
    const overhang = await page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
    expect(overhang).toBe(0);
    expect(complaints).toEqual([]);
  });
}
