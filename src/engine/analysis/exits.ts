/**
 * Exits in the language of the tools: reasons under the names that `perf kvm stat` and the event `kvm:kvm_exit` print,
 * with rates. The names are Linux's for Intel processors (arch/x86/include/uapi/asm/vmx.h) and for AMD's (svm.h).
 *
 * Leaves out what is no I/O (`outsideModel`): the guest never halts, and has no timers and no other processors to call.
 */
import type { ExitReason } from '../vocabulary/results.ts';
import type { Run } from '../vocabulary/run.ts';

export interface ExitRow {
  readonly reason: ExitReason;
  /** The reason's name on a processor by AMD. */
  readonly amd: string;
  /** What the guest does there, as a noun phrase. */
  readonly means: string;
  readonly count: number;
  /** Of simulated time. */
  readonly perSecond: number;
}

const names: Readonly<Record<ExitReason, Pick<ExitRow, 'amd' | 'means'>>> = {
  EPT_MISCONFIG: { amd: 'npf', means: 'access to a register in memory (MMIO)' },
  IO_INSTRUCTION: { amd: 'io', means: 'access to a register at a port' },
  EXTERNAL_INTERRUPT: {
    amd: 'interrupt',
    means: 'kick, so that an interrupt can be injected',
  },
  EOI_INDUCED: {
    amd: 'avic_unaccelerated_access',
    means: 'end of a level interrupt, where the processor has a virtual APIC',
  },
  MSR_WRITE: { amd: 'msr', means: 'end of an interrupt, where it has none' },
  VMCALL: { amd: 'hypercall', means: 'hypercall' },
};

/** Exits that a guest makes without I/O: they are outside the model, and tools count them all the same. */
export const outsideModel = [
  'HLT',
  'EXTERNAL_INTERRUPT of the host’s devices and timers',
  'PREEMPTION_TIMER',
  'EPT_VIOLATION',
  'MSR_WRITE of timers and interprocessor interrupts',
] as const;

/** The reasons for which the guests of a run left, the most frequent first. */
export function exitRowsOf({ totals, statistics }: Pick<Run, 'totals' | 'statistics'>): ExitRow[] {
  const seconds = statistics.endNs / 1e9;
  return (Object.keys(names) as ExitReason[])
    .map((reason) => {
      const count = totals.exits[reason];
      return { reason, ...names[reason], count, perSecond: seconds === 0 ? 0 : count / seconds };
    })
    .filter(({ count }) => count > 0)
    .sort((a, b) => b.count - a.count);
}
