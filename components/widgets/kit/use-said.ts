/** What was said beside the state, such as "Link copied."; a change of the state takes it away. */
import { useEffect, useState } from 'preact/hooks';

export function useSaid(state: unknown): readonly [string, (sentence: string) => void] {
  const [said, say] = useState('');
  useEffect(() => say(''), [state]);
  return [said, say];
}
