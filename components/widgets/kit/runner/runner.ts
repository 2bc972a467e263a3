/**
 * Asks questions for the widgets of a page: one worker for all, each question once. A worker that fails is ended and
 * forgotten, so that the next question has a new one; where there are no workers, the page itself answers.
 */
import type * as DeskFile from './desk.ts';
import type { Heard, Progress, Question, Told } from './question.ts';

/** What a reader is told when there is no answer; the message is a clause. */
export class NoAnswer extends Error {}

export interface Asking<Answer> {
  readonly answer: Promise<Answer>;
  /** Who asked does not want the answer any more; the work ends when nobody does. */
  readonly cancel: () => void;
}

export interface AskOptions<Partial> {
  /** What makes two questions the same; without it their input does, as JSON. */
  readonly key?: string;
  readonly onProgress?: (progress: Progress<Partial>) => void;
}

/** Who answers: a worker, or the page. */
interface Answerer {
  tell(told: Told): void;
  end(): void;
}

/** How an answerer is made; replaced in tests. */
export interface Means {
  readonly worker: () => Worker;
  readonly desk: () => Promise<Pick<typeof DeskFile, 'Desk'>>;
  /** Silence after which a worker is given up, once its code is there; and before. */
  readonly silenceMs: number;
  readonly loadingMs: number;
}

const browser: Means = {
  worker: () => new Worker(new URL('./desk.worker.ts', import.meta.url), { type: 'module' }),
  desk: () => import('./desk.ts'),
  silenceMs: 20_000,
  loadingMs: 60_000,
};

/** How many answers are kept: long runs hold thousands of events. */
const kept = 32;

interface Waiting {
  readonly key: string;
  readonly told: Told;
  readonly resolve: (answer: unknown) => void;
  readonly reject: (error: Error) => void;
  readonly hears: Set<(progress: Progress<unknown>) => void>;
}

interface Kept {
  readonly answer: Promise<unknown>;
  /** Number of the question while it waits for its answer. */
  readonly id: number | undefined;
  /** How many want it. */
  wanted: number;
}

export class Runner {
  private readonly means: Means;
  private readonly answers = new Map<string, Kept>();
  private readonly waiting = new Map<number, Waiting>();
  private answerer: Answerer | undefined;
  private asked = 0;

  constructor(means: Means = browser) {
    this.means = means;
  }

  ask<I, A, P = never>(
    { name }: Question<I, A, P>,
    input: I,
    { key = JSON.stringify(input), onProgress }: AskOptions<P> = {},
  ): Asking<A> {
    const whole = `${name} ${key}`;
    const known = this.answers.get(whole) ?? this.begin(whole, name, input);
    this.keep(whole, known);
    known.wanted++;
    const work = known.id === undefined ? undefined : this.waiting.get(known.id);
    const hear = onProgress as ((progress: Progress<unknown>) => void) | undefined;
    if (hear !== undefined) work?.hears.add(hear);
    let wants = true;
    const cancel = (): void => {
      if (!wants) return;
      wants = false;
      if (hear !== undefined) work?.hears.delete(hear);
      if (--known.wanted === 0) this.drop(whole, known);
    };
    return { answer: known.answer as Promise<A>, cancel };
  }

  /** An answer that somebody else has, such as a run that the book publishes; if it does not come, it is asked for. */
  offer<I, A, P>(
    asked: Question<I, A, P>,
    input: I,
    answer: Promise<A>,
    key = JSON.stringify(input),
  ): void {
    const whole = `${asked.name} ${key}`;
    if (this.answers.has(whole)) return;
    const orAsked = answer.catch(() => {
      if (this.answers.get(whole) === offered) this.answers.delete(whole);
      return this.ask(asked, input, { key }).answer;
    });
    const offered: Kept = { answer: orAsked, id: undefined, wanted: 0 };
    this.keep(whole, offered);
  }

  private begin(key: string, name: string, input: unknown): Kept {
    const id = ++this.asked;
    const told: Told = { kind: 'ask', id, name, input };
    const answer = new Promise((resolve, reject) => {
      this.waiting.set(id, { key, told, resolve, reject, hears: new Set() });
    });
    // A wrong answer is not kept; who asked hears of it.
    answer.catch(() => this.answers.delete(key));
    this.answerer ??= this.employ();
    this.answerer.tell(told);
    return { answer, id, wanted: 0 };
  }

  /** The newest last; the oldest go, unless somebody waits for them. */
  private keep(key: string, answer: Kept): void {
    this.answers.delete(key);
    this.answers.set(key, answer);
    for (const [old, { id }] of [...this.answers].slice(0, -kept))
      if (id === undefined || !this.waiting.has(id)) this.answers.delete(old);
  }

  private drop(key: string, { id }: Kept): void {
    if (id === undefined || !this.waiting.delete(id)) return;
    this.answers.delete(key);
    this.answerer?.tell({ kind: 'cancel', id });
  }

  private hear(heard: Heard): void {
    if (heard.kind === 'ready') return;
    const waiting = this.waiting.get(heard.id);
    if (waiting === undefined) return;
    if (heard.kind === 'progress') {
      for (const hear of waiting.hears) hear(heard.progress);
      return;
    }
    this.waiting.delete(heard.id);
    if (heard.kind === 'answer') waiting.resolve(heard.answer);
    else waiting.reject(new NoAnswer(heard.message));
  }

  // --- who answers ----------------------------------------------------------------------------------

  private employ(): Answerer {
    try {
      return this.employWorker();
    } catch {
      return this.employPage();
    }
  }

  private employWorker(): Answerer {
    const { silenceMs, loadingMs } = this.means;
    const worker = this.means.worker();
    let ready = false;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const watch = (): void => {
      clearTimeout(timer);
      const limit = ready ? silenceMs : loadingMs;
      const why = ready ? 'there was no answer for' : 'it did not load for';
      if (this.waiting.size > 0)
        timer = setTimeout(() => this.fail(answerer, `${why} ${limit / 1000} seconds`), limit);
    };
    const answerer: Answerer = {
      tell: (told) => {
        worker.postMessage(told);
        watch();
      },
      end: () => {
        clearTimeout(timer);
        worker.terminate();
      },
    };
    worker.addEventListener('message', ({ data }: MessageEvent<Heard>) => {
      ready = true;
      this.hear(data);
      watch();
    });
    worker.addEventListener('error', ({ message }) => {
      // What was never ready was blocked or is missing: the page can still do it.
      if (ready) this.fail(answerer, message || 'the worker failed');
      else this.replace(answerer);
    });
    return answerer;
  }

  /** In the page a question may keep the reader waiting, but is answered. */
  private employPage(): Answerer {
    let desk: DeskFile.Desk | undefined;
    const before: Told[] = [];
    const answerer: Answerer = {
      tell: (told) => void (desk === undefined ? before.push(told) : desk.hear(told)),
      end: () => {},
    };
    void (async () => {
      try {
        const { Desk } = await this.means.desk();
        desk = new Desk((heard) => this.hear(heard));
        for (const told of before) desk.hear(told);
      } catch {
        this.fail(answerer, 'a part of this page did not load');
      }
    })();
    return answerer;
  }

  private replace(answerer: Answerer): void {
    if (this.answerer !== answerer) return;
    answerer.end();
    this.answerer = this.employPage();
    for (const { told } of this.waiting.values()) this.answerer.tell(told);
  }

  private fail(answerer: Answerer, why: string): void {
    answerer.end();
    if (this.answerer !== answerer) return;
    this.answerer = undefined;
    const all = [...this.waiting.values()];
    this.waiting.clear();
    for (const { reject } of all) reject(new NoAnswer(why));
  }
}

/** The runner of the page. */
export const runner = new Runner();
