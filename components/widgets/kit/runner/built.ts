/** Answers at once, for the built page and for tests; a reader's page asks the runner. */
import type { Inquiry } from '../lab.tsx';
import { isWorking, type Answering } from './question.ts';

const files = import.meta.glob<{ readonly default: Answering<unknown, unknown, unknown> }>(
  '../../**/*.question.ts',
  { eager: true },
);
const byName = new Map(
  Object.entries(files).map(([path, file]) => [
    path.replace(/^.*\/|\.question\.ts$/g, ''),
    file.default,
  ]),
);

/** What a question's file answers, worked on to its end; throws what the question throws. */
export function answerNow<A>({ question, input }: Inquiry<A>): A {
  const answering = byName.get(question.name);
  if (answering === undefined)
    throw new RangeError(
      `no question '${question.name}': there are ${[...byName.keys()].join(', ')}`,
    );
  const begun = answering(input);
  if (!isWorking(begun)) return begun as A;
  for (;;) {
    const { done, value } = begun.next();
    if (done === true) return value as A;
  }
}
