/**
 * Goal: an answer comes, or a sentence why not; and a failure is over with the question that met it. Method: workers
 * that the test itself plays.
 */
import { afterEach, describe, expect, test, vi } from 'vitest';
import { Desk } from '#components/widgets/kit/runner/desk.ts';
import { type Heard, question, type Told } from '#components/widgets/kit/runner/question.ts';
import { laneQuestion, sweepQuestion } from '#components/widgets/kit/runner/questions.ts';
import { type Means, NoAnswer, Runner } from '#components/widgets/kit/runner/runner.ts';
import type { SweepPoint } from '#components/widgets/kit/runner/sweep.ts';

class PlayedWorker extends EventTarget {
  readonly told: Told[] = [];
  ended = false;
  postMessage(told: Told): void {
    this.told.push(told);
  }
  terminate(): void {
    this.ended = true;
  }
  says(heard: Heard): void {
    this.dispatchEvent(Object.assign(new Event('message'), { data: heard }));
  }
  fails(message: string): void {
    this.dispatchEvent(Object.assign(new Event('error'), { message }));
  }
}

const add = question<readonly number[], number>('add');

function played(means: Partial<Means> = {}) {
  const workers: PlayedWorker[] = [];
  const runner = new Runner({
    worker: () => {
      const worker = new PlayedWorker();
      workers.push(worker);
      return worker as unknown as Worker;
    },
    desk: () => Promise.reject(new Error('none')),
    silenceMs: 1000,
    loadingMs: 3000,
    ...means,
  });
  return { runner, workers };
}

afterEach(() => vi.useRealTimers());

describe('one worker', () => {
  test('answers all questions, each asked once however many want it', async () => {
    const { runner, workers } = played();
    const asked = [runner.ask(add, [1, 2]), runner.ask(add, [1, 2]), runner.ask(add, [3])];
    expect(workers).toHaveLength(1);
    expect(workers[0]!.told).toHaveLength(2);
    workers[0]!.says({ kind: 'ready' });
    workers[0]!.says({ kind: 'answer', id: 2, answer: 3 });
    workers[0]!.says({ kind: 'answer', id: 1, answer: 3 });
    expect(await Promise.all(asked.map(({ answer }) => answer))).toEqual([3, 3, 3]);
    expect(await runner.ask(add, [1, 2]).answer).toBe(3);
    expect(workers[0]!.told).toHaveLength(2);
  });

  test('a question that cannot be answered is told, and can be asked again', async () => {
    const { runner, workers } = played();
    const { answer } = runner.ask(add, [1]);
    workers[0]!.says({ kind: 'problem', id: 1, message: 'no such sum' });
    await expect(answer).rejects.toThrow(new NoAnswer('no such sum'));
    const again = runner.ask(add, [1]);
    workers[0]!.says({ kind: 'answer', id: 2, answer: 1 });
    expect(await again.answer).toBe(1);
  });

  test('is told to stop when nobody wants the answer any more, and not before', () => {
    const { runner, workers } = played();
    const [one, other] = [runner.ask(add, [1]), runner.ask(add, [1])];
    one.cancel();
    one.cancel();
    expect(workers[0]!.told).toHaveLength(1);
    other.cancel();
    expect(workers[0]!.told.at(-1)).toEqual({ kind: 'cancel', id: 1 });
  });

  test('says how far it is to those who listen', () => {
    const { runner, workers } = played();
    const heard: number[] = [];
    const { cancel } = runner.ask(add, [1], { onProgress: ({ done }) => heard.push(done) });
    runner.ask(add, [1]);
    workers[0]!.says({ kind: 'progress', id: 1, progress: { done: 1, of: 3 } });
    cancel();
    workers[0]!.says({ kind: 'progress', id: 1, progress: { done: 2, of: 3 } });
    expect(heard).toEqual([1]);
  });

  test('keeps the newest answers only', async () => {
    const { runner, workers } = played();
    for (let n = 1; n <= 40; n++) {
      const { answer } = runner.ask(add, [n]);
      workers[0]!.says({ kind: 'answer', id: n, answer: n });
      await answer;
    }
    runner.ask(add, [40]);
    expect(workers[0]!.told).toHaveLength(40);
    runner.ask(add, [1]);
    expect(workers[0]!.told).toHaveLength(41);
  });
});

describe('a worker that fails', () => {
  test('is ended and forgotten: the next question has a new one', async () => {
    const { runner, workers } = played();
    const { answer } = runner.ask(add, [1]);
    workers[0]!.says({ kind: 'ready' });
    workers[0]!.fails('out of memory');
    await expect(answer).rejects.toThrow('out of memory');
    expect(workers[0]!.ended).toBe(true);
    const again = runner.ask(add, [1]);
    workers[1]!.says({ kind: 'answer', id: 2, answer: 1 });
    expect(await again.answer).toBe(1);
  });

  test('by silence is given up after its time, which begins when its code is there', async () => {
    vi.useFakeTimers();
    const { runner, workers } = played();
    const { answer } = runner.ask(add, [1]);
    const told = expect(answer).rejects.toThrow('there was no answer for 1 seconds');
    await vi.advanceTimersByTimeAsync(2000);
    workers[0]!.says({ kind: 'ready' });
    await vi.advanceTimersByTimeAsync(900);
    workers[0]!.says({ kind: 'progress', id: 1, progress: { done: 1, of: 2 } });
    await vi.advanceTimersByTimeAsync(900);
    expect(workers[0]!.ended).toBe(false);
    await vi.advanceTimersByTimeAsync(200);
    await told;
    expect(workers[0]!.ended).toBe(true);
  });

  test('to load is given up as well', async () => {
    vi.useFakeTimers();
    const { runner } = played();
    const told = expect(runner.ask(add, [1]).answer).rejects.toThrow(
      'it did not load for 3 seconds',
    );
    await vi.advanceTimersByTimeAsync(3100);
    await told;
  });
});

describe('without workers', () => {
  const desk = async () => ({ Desk });
  const request = { architecture: 'esxi', device: 'vmxnet3' };

  test('the page answers: where they cannot be made', async () => {
    const { runner } = played({
      desk,
      worker: () => {
        throw new Error('blocked');
      },
    });
    const lane = await runner.ask(laneQuestion, request).answer;
    expect(lane.run.world.architecture.id).toBe('esxi');
  });

  test('the page answers: where they are refused before they are there', async () => {
    const { runner, workers } = played({ desk });
    const { answer } = runner.ask(laneQuestion, request);
    workers[0]!.fails('');
    expect((await answer).run.world.device.id).toBe('vmxnet3');
  });

  test('nor the code, who asks is told, and the next one tries anew', async () => {
    const { runner, workers } = played();
    const { answer } = runner.ask(laneQuestion, request);
    workers[0]!.fails('');
    await expect(answer).rejects.toThrow('a part of this page did not load');
    runner.ask(laneQuestion, request);
    expect(workers).toHaveLength(2);
  });
});

describe('an answer that the book has', () => {
  test('is taken, and nothing is asked', async () => {
    const { runner, workers } = played();
    runner.offer(add, [1], Promise.resolve(7));
    expect(await runner.ask(add, [1]).answer).toBe(7);
    expect(workers).toHaveLength(0);
  });

  test('is asked for where it does not come', async () => {
    const { runner, workers } = played();
    runner.offer(add, [1], Promise.reject(new Error('404')));
    const { answer } = runner.ask(add, [1]);
    await vi.waitFor(() => expect(workers).toHaveLength(1));
    workers[0]!.says({ kind: 'answer', id: 1, answer: 1 });
    expect(await answer).toBe(1);
  });
});

describe('the desk', () => {
  const request = { architecture: 'hyper-v', device: 'storvsc', operation: 'read' };
  const sweep = {
    request,
    over: [{ parameter: 'disk-service', values: [20_000, 50_000, 100_000] }],
    of: ['latencyNs', 'lineCrossings'],
  } as const;

  test('works on a sweep, coarse first, and tells all points', async () => {
    const desk = async () => ({ Desk });
    const { runner } = played({
      desk,
      worker: () => {
        throw new Error('none');
      },
    });
    const points = await runner.ask(sweepQuestion, sweep).answer;
    expect(points.map(({ at }: SweepPoint) => at[0])).toEqual([20_000, 100_000, 50_000]);
    const latencies = points
      .toSorted((a: SweepPoint, b: SweepPoint) => a.at[0]! - b.at[0]!)
      .map(({ values }: SweepPoint) => values[0]!);
    expect(latencies).toEqual(latencies.toSorted((a: number, b: number) => a - b));
    expect(new Set(points.map(({ values }: SweepPoint) => values[1])).size).toBe(1);
  });

  test('stops between slices where the question is taken back', async () => {
    const heard: Heard[] = [];
    const desk = new Desk((each) => heard.push(each));
    const values = Array.from({ length: 400 }, (_, index) => 10_000 + index);
    const long = { ...sweep, over: [{ parameter: 'disk-service', values }] };
    desk.hear({ kind: 'ask', id: 1, name: 'sweep', input: long });
    await vi.waitFor(() => expect(heard.length).toBeGreaterThan(0), { timeout: 10_000 });
    desk.hear({ kind: 'cancel', id: 1 });
    const { length } = heard;
    desk.hear({ kind: 'ask', id: 2, name: 'lane', input: request });
    await vi.waitFor(() => expect(heard.at(-1)).toMatchObject({ kind: 'answer', id: 2 }));
    expect(heard).toHaveLength(length + 1);
  });

  test('names the questions that there are', async () => {
    const heard: Heard[] = [];
    new Desk((each) => heard.push(each)).hear({ kind: 'ask', id: 1, name: 'why', input: 0 });
    await vi.waitFor(() =>
      expect(heard[0]).toMatchObject({
        kind: 'problem',
        message: expect.stringMatching(/no question 'why': there are .*lane/),
      }),
    );
  });
});
