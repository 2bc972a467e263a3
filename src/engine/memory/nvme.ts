/** Registers, queue entries and admin commands of an NVMe controller, shared by its driver and its device model. */
import { field, layout } from './layout.ts';
import { flag, mappedRegisters, type Register, type RegisterField } from './register.ts';

const register = mappedRegisters('nvme', 'NVMe 1.4, 3.1');

const entry = (name: string, meaning: string): readonly RegisterField[] => [
  { at: 0, bits: 16, name, meaning },
];
const tail = entry('SQT', 'entry after the last command');
const head = entry('CQH', 'entry after the last completion that was read');

/** I/O queue pairs of the controller (QEMU, max_ioqpairs). */
export const mostQueues = 64;
/** How far the doorbells of a queue pair are behind those of the pair before it, in registers and in memory. */
export const doorbellStride = 8;

/** Doorbells stand 4 bytes apart: tail of submission queue 0, head of completion queue 0, then queue 1. */
const doorbellsOf = (queue: number) => {
  const at = 0x1000 + doorbellStride * queue;
  const of = queue === 1 ? '' : ` of queue ${queue}`;
  return {
    tail: register(`SQ${queue}TDBL`, `submission tail${of}`, at, tail, true),
    head: register(`CQ${queue}HDBL`, `completion head${of}`, at + 4, head),
  } as const;
};
/** Doorbells of the I/O queue pairs; the first has number 1. */
export const ioDoorbells = Array.from({ length: mostQueues }, (_, index) => doorbellsOf(index + 1));
const [first] = ioDoorbells as [ReturnType<typeof doorbellsOf>];

export const registers = {
  configuration: register('CC', 'controller configuration', 0x14, [
    flag(0, 'EN', 'controller enabled'),
    { at: 16, bits: 4, name: 'IOSQES', meaning: 'submission entry size, as a power of two' },
    { at: 20, bits: 4, name: 'IOCQES', meaning: 'completion entry size, as a power of two' },
  ]),
  adminSizes: register('AQA', 'admin queue sizes', 0x24),
  adminSubmissions: register('ASQ', 'admin submission queue base', 0x28),
  adminCompletions: register('ACQ', 'admin completion queue base', 0x30),
  adminTail: register('SQ0TDBL', 'admin submission tail', 0x1000, tail, true),
  adminHead: register('CQ0HDBL', 'admin completion head', 0x1004, head),
  submissionTail: first.tail,
  completionHead: first.head,
} as const satisfies Record<string, Register>;

/** Entries of 64 and 16 bytes, enabled. */
export const enabled = (6 << 16) | (4 << 20) | 1;

/** Submission queue entry (NVMe 1.4, 4.2). */
export const submission = layout('Submission queue entry', 64, {
  opcode: field(0, 1, 'OPC', '0 flush, 1 write, 2 read', 'driver'),
  flags: field(1, 1, 'FUSE, PSDT', 'pages, not a scatter-gather list', 'driver'),
  command: field(2, 2, 'CID', 'the driver’s number; a completion repeats it', 'driver'),
  namespace: field(4, 4, 'NSID', 'namespace', 'driver'),
  reserved: field(8, 8, 'CDW2, CDW3', 'unused', 'driver'),
  metadata: field(16, 8, 'MPTR', 'metadata: unused', 'driver'),
  page1: field(24, 8, 'PRP1', 'first page of the data', 'driver'),
  page2: field(32, 8, 'PRP2', 'second page, or a list of the others', 'driver'),
  dword10: field(40, 4, 'CDW10', 'first block; queue and size of an admin command', 'driver'),
  dword11: field(44, 4, 'CDW11', 'first block, upper bits; flags of a queue', 'driver'),
  dword12: field(48, 4, 'CDW12', 'number of blocks less one, in the lower half', 'driver'),
  dword13: field(52, 4, 'CDW13', 'unused', 'driver'),
  dword14: field(56, 4, 'CDW14', 'unused', 'driver'),
  dword15: field(60, 4, 'CDW15', 'unused', 'driver'),
});

/** Completion queue entry (NVMe 1.4, 4.6). */
export const completion = layout(
  'Completion queue entry',
  16,
  {
    result: field(0, 4, 'DW0', 'result of an admin command', 'device'),
    reserved: field(4, 4, 'DW1', 'unused', 'device'),
    submissionHead: field(8, 2, 'SQHD', 'commands taken from the submission queue', 'device'),
    submissionQueue: field(10, 2, 'SQID', 'number of the submission queue', 'device'),
    command: field(12, 2, 'CID', 'which command is done', 'device'),
    status: field(14, 2, 'P, SF', 'phase in the lowest bit, status above it', 'device'),
  },
  { status: 'device' },
);

/**
 * Shadow doorbells and their event indexes (NVMe 1.4, 5.7 and 7.13), a page each, laid out as the doorbells are: the
 * values of the first I/O queue stand behind those of the admin queue, which has none in memory, and each other pair
 * stands behind the one before it.
 */
export const shadowDoorbells = layout('Shadow doorbells', 4096, {
  tail: field(8, 4, 'SQ1TDBL', 'entry after the last command', 'driver'),
  head: field(12, 4, 'CQ1HDBL', 'entry after the last completion that was read', 'driver'),
});
export const eventIndexes = layout('Event indexes', 4096, {
  tail: field(8, 4, 'SQ1TDBL', 'ring the doorbell when the tail passes this', 'device'),
  head: field(12, 4, 'CQ1HDBL', 'ring the doorbell when the head passes this', 'device'),
});
/** The chip variant that has them. */
export const withShadowDoorbells = '1.4-shadow-doorbells';

export const opcode = { flush: 0x00, write: 0x01, read: 0x02 } as const;
export const adminOpcode = {
  createSubmissions: 0x01,
  createCompletions: 0x05,
  shareDoorbells: 0x7c,
} as const;
/** Flags of the queues that admin commands create: contiguous, with interrupts, medium priority. */
export const queueFlags = { contiguous: 1, interrupts: 2, mediumPriority: 2 << 1 } as const;

/** Entries: Linux takes 1,024 of what the controller offers (io_queue_depth), and 32 for commands to itself. */
export const queueEntries = { io: 1024, admin: 32 } as const;
export const namespace = 1;

export const blockBytes = 512;
export const pageBytes = 4096;
/** A page list entry is the address of a page. */
export const listEntry = layout('Page list entry', 8, {
  page: field(0, 8, 'PRP', 'address of a page', 'driver'),
});
