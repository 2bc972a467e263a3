/** Names and shapes of the mechanisms, for every picture, legend and table; what they mean is in meanings.ts. */
import type { Mechanism } from '#engine/index.ts';

/** How a mechanism is drawn: several share one shape. */
export type Shape =
  | 'none'
  | 'call'
  | 'zigzag'
  | 'plain'
  | 'hypercall'
  | 'signal'
  | 'gate'
  | 'shared-memory'
  | 'copy'
  | 'suppressed-signal';

interface Drawn {
  readonly name: string;
  readonly shape: Shape;
}

/** In the order of the legend. */
const drawn: Readonly<Record<Mechanism, Drawn>> = {
  'vm-exit': { name: 'VM exit', shape: 'zigzag' },
  'vm-entry': { name: 'VM entry', shape: 'plain' },
  hypercall: { name: 'hypercall', shape: 'hypercall' },
  call: { name: 'call', shape: 'call' },
  return: { name: 'return', shape: 'plain' },
  message: { name: 'message', shape: 'signal' },
  interrupt: { name: 'interrupt', shape: 'signal' },
  'wake-up': { name: 'wake-up', shape: 'signal' },
  'shared-memory': { name: 'shared memory', shape: 'shared-memory' },
  copy: { name: 'copy', shape: 'copy' },
  'suppressed-signal': { name: 'signal not needed', shape: 'suppressed-signal' },
  gate: { name: 'driver reaches its hardware directly', shape: 'gate' },
  work: { name: 'work', shape: 'none' },
};

/** Every mechanism in the order of the legend. */
export const mechanisms = Object.keys(drawn) as readonly Mechanism[];

/** Its name in words. */
export const nameOfMechanism = (mechanism: Mechanism): string => drawn[mechanism].name;

/** The shape of a mechanism. */
export const shapeOf = (mechanism: Mechanism): Shape => drawn[mechanism].shape;

/** Mechanisms whose glyph stands on a step and not before it. */
export type MarkMechanism = 'copy' | 'shared-memory' | 'suppressed-signal';

export const isMark = (mechanism: Mechanism): mechanism is MarkMechanism =>
  mechanism === 'copy' || mechanism === 'shared-memory' || mechanism === 'suppressed-signal';
