/** Registers, queue entries and admin commands of an NVMe controller, shared by its driver and its device model. */
import { flag, mappedRegisters, type Register, type RegisterField } from './register.ts';

const register = mappedRegisters('nvme', 'NVMe 1.4, 3.1');

const entry = (name: string, meaning: string): readonly RegisterField[] => [
  { at: 0, bits: 16, name, meaning },
];
const tail = entry('SQT', 'entry after the last command');
const head = entry('CQH', 'entry after the last completion that was read');

/** Doorbells stand 4 bytes apart: tail of submission queue 0, head of completion queue 0, then queue 1. */
export const registers = {
  configuration: register('CC', 0x14, [
    flag(0, 'EN', 'controller enabled'),
    { at: 16, bits: 4, name: 'IOSQES', meaning: 'submission entry size, as a power of two' },
    { at: 20, bits: 4, name: 'IOCQES', meaning: 'completion entry size, as a power of two' },
  ]),
  adminSizes: register('AQA', 0x24),
  adminSubmissions: register('ASQ', 0x28),
  adminCompletions: register('ACQ', 0x30),
  adminTail: register('SQ0TDBL', 0x1000, tail, true),
  adminHead: register('CQ0HDBL', 0x1004, head),
  submissionTail: register('SQ1TDBL', 0x1008, tail, true),
  completionHead: register('CQ1HDBL', 0x100c, head),
} as const satisfies Record<string, Register>;

/** Entries of 64 and 16 bytes, enabled. */
export const enabled = (6 << 16) | (4 << 20) | 1;

/** Submission queue entry (NVMe 1.4, 4.2): offsets of what is used. */
export const submission = {
  bytes: 64,
  opcode: 0,
  command: 2,
  namespace: 4,
  page1: 24,
  page2: 32,
  /** First block of a read or write; queue number and size of an admin command. */
  dword10: 40,
  dword11: 44,
  /** Number of blocks less one, in the lower half. */
  dword12: 48,
} as const;

/** Completion queue entry (NVMe 1.4, 4.6). */
export const completion = {
  bytes: 16,
  submissionHead: 8,
  submissionQueue: 10,
  command: 12,
  /** Phase in the lowest bit, status above it. */
  status: 14,
} as const;

export const opcode = { flush: 0x00, write: 0x01, read: 0x02 } as const;
export const adminOpcode = { createSubmissions: 0x01, createCompletions: 0x05 } as const;
/** Flags of the queues that admin commands create: contiguous, with interrupts, medium priority. */
export const queueFlags = { contiguous: 1, interrupts: 2, mediumPriority: 2 << 1 } as const;

/** Entries: Linux takes 1,024 of what the controller offers (io_queue_depth), and 32 for commands to itself. */
export const queueEntries = { io: 1024, admin: 32 } as const;
/** Number of the only I/O queue pair. */
export const ioQueue = 1;
export const namespace = 1;

export const blockBytes = 512;
export const pageBytes = 4096;
/** A page list entry is the address of a page. */
export const listEntryBytes = 8;
