/** The sentence of a step, made from the rows of its events. */
import type { World } from '../vocabulary/world.ts';
import type { TraceEvent } from '../vocabulary/trace.ts';

/** One sentence for events that happen together: "A thread wakes; its model serves the read of CSR5". */
export function sentenceOf(events: readonly TraceEvent[], world: World): string {
  const clauses = events.map((event) => filled(event, world));
  return clauses
    .map((clause, index) => (index === 0 ? capital(clause) : continuing(clause)))
    .join('; ');
}

function filled({ activity, arguments: values }: TraceEvent, world: World): string {
  if (!activity.sentence.includes('{')) return activity.sentence;
  const words: Record<string, string | number> = {
    device: world.device.title,
    driver: world.driver,
    ...values,
  };
  return activity.sentence.replace(/\{(\w+)\}/g, (_, name: string) => {
    const word = words[name];
    if (word === undefined) throw new Error(`no word for {${name}} in "${activity.sentence}"`);
    return typeof word === 'number' ? grouped(word) : word;
  });
}

const capital = (clause: string): string => clause.charAt(0).toUpperCase() + clause.slice(1);

/** Names keep their capitals (VID, VMkernel); ordinary words lose theirs after a semicolon. */
const continuing = (clause: string): string =>
  /^[A-Z](?:[a-z’]| )/.test(clause) ? clause.charAt(0).toLowerCase() + clause.slice(1) : clause;

/** Thousands are set apart; the engine's own, since locales are not the same everywhere. */
const grouped = (value: number): string => String(value).replace(/\B(?=(\d{3})+$)/g, ',');
