// @vitest-environment jsdom
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { ExampleMessage } from '#components/prose/example.ts';
import { limitMs } from '#components/prose/example-run.ts';
import '#components/prose/run-example.ts';

/** A worker whose answers the test gives. */
class FakeWorker extends EventTarget {
  static last: FakeWorker;
  ended = false;
  constructor() {
    super();
    FakeWorker.last = this;
  }
  postMessage() {}
  terminate() {
    this.ended = true;
  }
  async say(data: ExampleMessage) {
    this.dispatchEvent(new MessageEvent('message', { data }));
    await vi.advanceTimersByTimeAsync(0);
  }
  async fail(message: string) {
    this.dispatchEvent(Object.assign(new Event('error'), { message }));
    await vi.advanceTimersByTimeAsync(0);
  }
}

const built = 'esxi: 3 accesses';
const find = (selector: string) => document.querySelector<HTMLElement>(selector)!;
const button = () => find('button');
const shown = () =>
  [find('samp'), find('.label'), find('.told'), button()].map((e) => e.textContent);
const label = 'Output, as this page was built';

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('Worker', FakeWorker);
  document.body.innerHTML = `<run-example data-example="x"><div class="output">
    <div class="bar"><span class="label">${label}</span><button hidden>Run it here</button></div>
    <pre><samp>${built}</samp></pre><p class="told"></p></div></run-example>`;
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe('run it here', () => {
  test('shows what the run printed', async () => {
    button().click();
    expect(shown()).toEqual([built, label, 'Running ...', 'Stop']);
    await FakeWorker.last.say({ kind: 'loaded' });
    await FakeWorker.last.say({ kind: 'printed', lines: ['a', 'b'] });
    expect(shown()).toEqual(['a\nb', 'Output, run in your browser', '', 'Run it here']);
    expect(FakeWorker.last.ended).toBe(true);
  });

  test('waits for a slow line, and counts from when the program is there', async () => {
    button().click();
    await vi.advanceTimersByTimeAsync(20 * limitMs);
    expect(shown()[3]).toBe('Stop');
    await FakeWorker.last.say({ kind: 'loaded' });
    await vi.advanceTimersByTimeAsync(limitMs - 1);
    expect(shown()[3]).toBe('Stop');
    await FakeWorker.last.say({ kind: 'printed', lines: ['late'] });
    expect(shown()[0]).toBe('late');
  });

  test('ends a program that does not end, and keeps the output', async () => {
    button().click();
    await FakeWorker.last.say({ kind: 'loaded' });
    await vi.advanceTimersByTimeAsync(limitMs);
    const told = 'This run failed: it ran for more than 2 seconds. The output above stays.';
    expect(shown()).toEqual([built, label, told, 'Try again']);
    expect(FakeWorker.last.ended).toBe(true);
  });

  test('tells what went wrong, and tries again', async () => {
    button().click();
    await FakeWorker.last.fail('');
    expect(shown().slice(0, 3)).toEqual([
      built,
      label,
      'This run failed: it could not be loaded. The output above stays.',
    ]);
    button().click();
    await FakeWorker.last.say({ kind: 'failed', message: 'there is no example "x"' });
    expect(shown()[2]).toContain('there is no example "x"');
    button().click();
    await FakeWorker.last.say({ kind: 'printed', lines: ['at last'] });
    expect(shown()).toEqual(['at last', 'Output, run in your browser', '', 'Run it here']);
  });

  test('stops when asked', async () => {
    button().click();
    button().click();
    await vi.advanceTimersByTimeAsync(0);
    expect(shown()[2]).toContain('it was stopped');
    expect(FakeWorker.last.ended).toBe(true);
  });

  test('says that there are no workers, and can be pressed again', async () => {
    vi.stubGlobal('Worker', function refuse() {
      throw new DOMException('denied', 'SecurityError');
    });
    button().click();
    await vi.advanceTimersByTimeAsync(0);
    expect(shown()[2]).toContain('this browser starts no workers here');
    vi.stubGlobal('Worker', FakeWorker);
    button().click();
    await FakeWorker.last.say({ kind: 'printed', lines: ['yes'] });
    expect(shown()[0]).toBe('yes');
  });
});
