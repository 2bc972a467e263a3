/** The hypercalls with which a parent creates a partition, by the codes of the TLFS. */
export interface Hypercall {
  readonly name: string;
  readonly code: number;
}

export const hypercalls = {
  createPartition: { name: 'HvCallCreatePartition', code: 0x40 },
  initializePartition: { name: 'HvCallInitializePartition', code: 0x41 },
  setPartitionProperty: { name: 'HvCallSetPartitionProperty', code: 0x45 },
  depositMemory: { name: 'HvCallDepositMemory', code: 0x48 },
  mapGpaPages: { name: 'HvCallMapGpaPages', code: 0x4b },
  installIntercept: { name: 'HvCallInstallIntercept', code: 0x4d },
  createVp: { name: 'HvCallCreateVp', code: 0x4e },
  setVpRegisters: { name: 'HvCallSetVpRegisters', code: 0x51 },
} as const satisfies Record<string, Hypercall>;
