/** Names of the mechanisms and one sentence on each, for legends, tables and tooltips. */
import { assertNever, type Mechanism } from '#engine/index.ts';

export interface MechanismWords {
  readonly name: string;
  /** One sentence, said of the general case. */
  readonly explains: string;
}

/** Every mechanism in the order of the legend. */
export const mechanisms: readonly Mechanism[] = [
  'vm-exit',
  'vm-entry',
  'hypercall',
  'call',
  'return',
  'message',
  'interrupt',
  'wake-up',
  'shared-memory',
  'copy',
  'suppressed-signal',
  'gate',
  'work',
];

/** The words for a mechanism. */
export function wordsOf(mechanism: Mechanism): MechanismWords {
  switch (mechanism) {
    case 'work':
      return { name: 'work', explains: 'A domain goes on in its own code; nothing is crossed.' };
    case 'call':
      return { name: 'call', explains: 'Code calls into another part and waits for it.' };
    case 'return':
      return { name: 'return', explains: 'The called part hands control back to its caller.' };
    case 'vm-exit':
      return {
        name: 'VM exit',
        explains:
          'The processor leaves the guest because of an instruction, and the hypervisor takes over.',
      };
    case 'vm-entry':
      return { name: 'VM entry', explains: 'The hypervisor lets a partition’s processor run on.' };
    case 'hypercall':
      return {
        name: 'hypercall',
        explains: 'A partition asks the hypervisor for a service, as a program asks a kernel.',
      };
    case 'message':
      return {
        name: 'message',
        explains: 'The hypervisor puts a message into a partition’s page and interrupts it.',
      };
    case 'interrupt':
      return { name: 'interrupt', explains: 'A processor is made to run a handler.' };
    case 'wake-up':
      return {
        name: 'wake-up',
        explains: 'A sleeping thread or world is made ready, and the scheduler starts it.',
      };
    case 'gate':
      return {
        name: 'driver reaches its hardware directly',
        explains:
          'A partition reaches a device that it owns; no exit happens and nothing is crossed.',
      };
    case 'shared-memory':
      return {
        name: 'shared memory',
        explains: 'A ring in memory that both sides see is written or read; nobody is told.',
      };
    case 'copy':
      return { name: 'copy', explains: 'A processor moves the payload; DMA is not a copy.' };
    case 'suppressed-signal':
      return {
        name: 'signal not needed',
        explains: 'The other side looks by itself, so the signal is left out.',
      };
    default:
      return assertNever(mechanism);
  }
}

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

/** The shape of a mechanism. */
export function shapeOf(mechanism: Mechanism): Shape {
  switch (mechanism) {
    case 'work':
      return 'none';
    case 'vm-exit':
      return 'zigzag';
    case 'vm-entry':
    case 'return':
      return 'plain';
    case 'message':
    case 'interrupt':
    case 'wake-up':
      return 'signal';
    case 'call':
    case 'hypercall':
    case 'gate':
    case 'shared-memory':
    case 'copy':
    case 'suppressed-signal':
      return mechanism;
    default:
      return assertNever(mechanism);
  }
}

/** Mechanisms whose glyph stands on a step and not before it. */
export type MarkMechanism = 'copy' | 'shared-memory' | 'suppressed-signal';

export const isMark = (mechanism: Mechanism): mechanism is MarkMechanism =>
  mechanism === 'copy' || mechanism === 'shared-memory' || mechanism === 'suppressed-signal';
