/**
 * Where questions are answered: finds the file of each, works on it in slices, and listens between them. It runs in a
 * worker (desk.worker.ts), or in the page where workers are not to be had.
 */
import { type Answering, type Heard, isWorking, type Told, type Working } from './question.ts';

interface QuestionFile {
  readonly default: Answering<unknown, unknown, unknown>;
}

const files = import.meta.glob<QuestionFile>('../../**/*.question.ts');
const byName = new Map(
  Object.entries(files).map(([path, load]) => [path.replace(/^.*\/|\.question\.ts$/g, ''), load]),
);

/** How long a slice may keep everything else waiting. */
const sliceMs = 12;

export class Desk {
  private readonly tell: (heard: Heard) => void;
  private readonly working = new Set<number>();

  constructor(tell: (heard: Heard) => void) {
    this.tell = tell;
  }

  hear(told: Told): void {
    if (told.kind === 'cancel') this.working.delete(told.id);
    else void this.work(told.id, told.name, told.input);
  }

  private async work(id: number, name: string, input: unknown): Promise<void> {
    this.working.add(id);
    try {
      const begun = (await answering(name))(input);
      const answer = isWorking(begun) ? await this.finish(id, begun) : begun;
      if (this.working.has(id)) this.tell({ kind: 'answer', id, answer });
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      if (this.working.has(id)) this.tell({ kind: 'problem', id, message });
    } finally {
      this.working.delete(id);
    }
  }

  /** Works to the end, or until nobody wants the answer any more. */
  private async finish(id: number, work: Working<unknown, unknown>): Promise<unknown> {
    for (let since = performance.now(); ;) {
      const { done, value } = work.next();
      if (done === true) return value;
      if (performance.now() - since < sliceMs) continue;
      this.tell({ kind: 'progress', id, progress: value });
      await breath();
      if (!this.working.has(id)) return work.return(undefined);
      since = performance.now();
    }
  }
}

async function answering(name: string): Promise<QuestionFile['default']> {
  const load = byName.get(name);
  if (load !== undefined) return (await load()).default;
  throw new RangeError(`no question '${name}': there are ${[...byName.keys()].join(', ')}`);
}

/** Lets messages that have come be heard. */
const breath = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));
