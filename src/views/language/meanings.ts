/** One sentence on each mechanism, said of the general case: for the key to the book and the card of a step. */
import type { Mechanism } from '#engine/index.ts';

export const meanings: Readonly<Record<Mechanism, string>> = {
  'vm-exit':
    'The processor leaves the guest because of an instruction, and the hypervisor takes over.',
  'vm-entry': 'The hypervisor lets a partition’s processor run on.',
  hypercall: 'A partition asks the hypervisor for a service, as a program asks a kernel.',
  call: 'Code calls into another part and waits for it.',
  return: 'The called part hands control back to its caller.',
  message: 'The hypervisor puts a message into a partition’s page and interrupts it.',
  interrupt: 'A processor is made to run a handler.',
  'wake-up': 'A sleeping thread or world is made ready, and the scheduler starts it.',
  'shared-memory': 'A ring in memory that both sides see is written or read; nobody is told.',
  copy: 'A processor moves the payload; DMA is not a copy.',
  'suppressed-signal': 'The other side looks by itself, so the signal is left out.',
  gate: 'A partition reaches a device that it owns; no exit happens and nothing is crossed.',
  work: 'A domain goes on in its own code; nothing is crossed.',
};
