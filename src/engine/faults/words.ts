/** Faults in words, as a command line or an address names them. */
import type { Architecture } from '../architectures/architecture.ts';
import { type Whole, wholeIn } from '../vocabulary/choice.ts';
import { ScenarioError } from '../vocabulary/scenario-error.ts';
import type { Fault, FaultTime } from './fault.ts';
import { partsOf, type Situation, siteOf } from './radius.ts';

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
    ...(situation.device.standby === undefined ? [] : ['virtual-function']),
    'lost-interrupt',
    'ring-full',
  ];
}

/**
 * The fault that a text names: a part that crashes, with `=restart` where it is to be started again, or
 * `integration-services`, `virtual-function`, `lost-interrupt=<number>` or `ring-full=<nanoseconds>`;
 * `@<nanoseconds>` at the end says when, unless it is at half of the requests.
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
  if (word === 'integration-services' || word === 'virtual-function') {
    if (value !== undefined) throw noValue(word, value);
    return { kind: `${word}-removed`, at };
  }
  if (value === undefined) return { kind: 'crash', part: word, at };
  const { restart } = siteOf(word, architecture, situation)!.failing;
  if (restart === undefined || value !== 'restart') throw noValue(word, value);
  return { kind: 'crash', part: word, at, restarts: true };
}

const noValue = (word: string, value: string): ScenarioError =>
  value === 'restart'
    ? new ScenarioError(`${word} cannot be started again by itself: leave out '=restart'`)
    : new ScenarioError(
        `${word} takes no value: leave out '=${value}', or say when with '@${value}'`,
      );

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
