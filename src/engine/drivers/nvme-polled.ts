/**
 * The Linux NVMe driver with a queue for polled I/O (poll_queues=1, a read or write of io_uring with
 * IORING_SETUP_IOPOLL; Linux 6.1). Models: the queue pair without interrupts, the processor that looks at it
 * until a completion stands there (blk_mq_poll_classic around nvme_poll), and the depth of a queue without a
 * scheduler: all that the queue holds.
 * Leaves out: the queue with interrupts beside it, which takes what is not polled: flushes, and requests of
 * more than one command, for which Linux refuses to poll (bio_split_rw); hybrid polling, which is off.
 * Checked against: tests/engine/devices/nvme-polled, doorbells and interrupts as traced on QEMU 7.2.
 */
import { queueEntries } from '../memory/nvme.ts';
import type { Driver, StorageDriverEntry } from './driver.ts';
import { limits, LinuxNvme } from './nvme.ts';

/** One entry of a ring stays empty. */
const depth = queueEntries.io - 1;

class PolledNvme extends LinuxNvme {
  *pollQueue(): Driver {
    yield* this.takeCompletions();
  }
}

export const nvmePolled: StorageDriverEntry = {
  id: 'linux-nvme-polled',
  title: 'Linux nvme, polled queue',
  device: 'nvme',
  kind: 'storage',
  limits: { ...limits, queueDepth: depth },
  polls: true,
  create: (kernel) => new PolledNvme(kernel, { queues: 1, depth, polled: true }),
};
