/** Faults in words, as a command line or an address names them. */
import type { Architecture } from '../architectures/architecture.ts';
import { type Whole, wholeIn } from '../vocabulary/choice.ts';
import { ScenarioError } from '../vocabulary/scenario-error.ts';
import { crashingParts, type Fault, type FaultTime } from './fault.ts';
import { partsOf, type Situation } from './radius.ts';

/** Bounds of what a fault can be told, and what it has when it is told nothing. */
const number: Whole & { usual: number } = { min: 1, max: 1_000_000, usual: 1 };
const nanoseconds: Whole & { usual: number } = { min: 1, max: 1e10, usual: 1_000_000 };
const time: Whole = { min: 0, max: 1e12 };

/** The words of all faults that can happen to a virtual machine. */
export function faultWords(architecture: Architecture, situation: Situation): string[] {
  const has = Object.values(architecture.devices).some(
    ({ withoutServices }) => withoutServices !== undefined,
  );
  return [
    ...partsOf(architecture, situation),
    ...(has ? ['integration-services'] : []),
    'lost-interrupt',
    'ring-full',
  ];
}

/**
 * The fault that a text names: a part that crashes, or `integration-services`, `lost-interrupt=<number>` or
 * `ring-full=<nanoseconds>`; `@<nanoseconds>` at the end says when, unless it is at half of the requests.
 */
export function faultFor(text: string, architecture: Architecture, situation: Situation): Fault {
  const [what = '', when] = text.split('@');
  const [word = '', value] = what.split('=');
  const valid = faultWords(architecture, situation);
  if (!valid.includes(word))
    throw new ScenarioError(`unknown fault '${word}': ${architecture.id} has ${valid.join(', ')}`);
  const at = when === undefined ? null : wholeIn(`time of ${word}`, when, time);
  if (word === 'lost-interrupt') return lostInterrupt(value, at);
  if (word === 'ring-full')
    return {
      kind: 'ring-full',
      nanoseconds:
        value === undefined ? nanoseconds.usual : wholeIn('ring-full', value, nanoseconds),
      at,
    };
  if (value !== undefined)
    throw new ScenarioError(
      `${word} takes no value: leave out '=${value}', or say when with '@${value}'`,
    );
  if (word === 'integration-services') return { kind: 'integration-services-removed', at };
  return { kind: 'crash', part: crashingParts.find((part) => part === word)!, at };
}

function lostInterrupt(value: string | undefined, at: FaultTime): Fault {
  if (at !== null)
    throw new ScenarioError(
      `lost-interrupt is counted, not timed: use lost-interrupt=<number>, not '@${at}'`,
    );
  return {
    kind: 'lost-interrupt',
    number: value === undefined ? number.usual : wholeIn('lost-interrupt', value, number),
  };
}
