/** What is computed for a state: until it is there, the answer for the state before stays. */
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Progress } from './runner/question.ts';

/** How an answer is got. `cancel` is called when the state has moved on. */
export interface Getting<A> {
  readonly answer: Promise<A>;
  readonly cancel: () => void;
}

export interface Answered<A> {
  /** The answer for this key; null while it is computed. */
  readonly current: A | null;
  /** The last answer there is, perhaps for an older key. */
  readonly shown: A | null;
  /** Why there is none, as a clause. */
  readonly problem: string | null;
  /** How far it is, where it takes long enough to say. */
  readonly progress: Progress<unknown> | null;
  readonly again: () => void;
}

interface Known<A> {
  readonly key: string;
  readonly answer: A;
}

/**
 * Asks whenever the key changes; null asks nothing.
 *
 * @param get begins to compute; hears how far it is
 */
export function useAnswer<A>(
  key: string | null,
  get: (onProgress: (progress: Progress<unknown>) => void) => Getting<A>,
): Answered<A> {
  const getting = useRef(get);
  getting.current = get;
  const [known, setKnown] = useState<Known<A> | null>(null);
  const [problem, setProblem] = useState<{ key: string; why: string } | null>(null);
  const [progress, setProgress] = useState<Progress<unknown> | null>(null);
  const [tries, setTries] = useState(0);
  useEffect(() => {
    if (key === null) return undefined;
    let wanted = true;
    setProgress(null);
    const { answer, cancel } = getting.current((far) => wanted && setProgress(far));
    answer
      .then((value) => wanted && (setProblem(null), setKnown({ key, answer: value })))
      .catch((error: Error) => wanted && setProblem({ key, why: error.message }))
      .finally(() => wanted && setProgress(null));
    return () => {
      wanted = false;
      cancel();
    };
  }, [key, tries]);
  return {
    current: known !== null && known.key === key ? known.answer : null,
    shown: known?.answer ?? null,
    problem: problem !== null && problem.key === key ? problem.why : null,
    progress,
    again: () => setTries((count) => count + 1),
  };
}
