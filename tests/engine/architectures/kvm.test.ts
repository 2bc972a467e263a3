/** Goal: KVM reaches QEMU, an I/O thread or vhost as the KVM API has it, and counts what the facts say. */
import { describe, expect, test } from 'vitest';
import { runRequest } from '#engine/execute.ts';
import { domainOf, type Request, type Run } from '#engine/index.ts';

const onKvm = (device: string, more: Partial<Request> = {}): Run =>
  runRequest({ architecture: 'kvm', device, ...more });

/** Crossings from one domain to another. */
const crossed = ({ trace }: Run, from: string, to: string): number =>
  trace.filter((event) => event.kind === 'crossing' && event.from === from && event.domain === to)
    .length;

const accesses = ({ totals }: Run): number => totals.accesses.reads + totals.accesses.writes;

test('virtio-net with vhost: one access, one exit, one wake-up, one copy, and QEMU has no part in it', () => {
  const run = onKvm('virtio-net');
  expect(accesses(run)).toBe(1);
  expect(run.totals.vmExits).toEqual({ guest: 1 });
  expect(run.totals.wakeUps).toBe(1);
  expect([run.totals.copies, run.totals.bytesCopied]).toEqual([1, 1514]);
  expect(run.trace.some(({ domain }) => domain === 'qemu')).toBe(false);
});

test('a frame for virtio-net wakes the vhost worker and is copied once, without an exit', () => {
  const { totals } = onKvm('virtio-net', { operation: 'rx' });
  expect([totals.vmExits['guest'], totals.wakeUps, totals.copies]).toEqual([0, 1, 1]);
});

test('vhost tells the guest of a sent frame before the card has sent it', () => {
  const { trace } = onKvm('virtio-net');
  const served = trace.find((event) => event.kind === 'request' && event.state === 'served')!;
  const sent = trace.find(({ phase, kind }) => phase === 'device' && kind === 'work')!;
  expect(served.at).toBeLessThan(sent.until);
});

test('frames sent at once share a wake-up of vhost', () => {
  const { totals } = onKvm('virtio-net', { count: 16, pattern: 'burst' });
  expect(totals.wakeUps).toBeLessThan(4);
  expect(totals.copies).toBe(16);
});

test('the guest goes on while the thread that its doorbell wakes is still asleep', () => {
  for (const device of ['virtio-net', 'virtio-blk']) {
    const { trace } = onKvm(device);
    const woken = trace.find((event) => event.kind === 'crossing' && event.crossing === 'wake-up')!;
    const resumed = trace.find((event) => event.kind === 'crossing' && event.domain === 'guest')!;
    expect(resumed.at).toBe(woken.at);
  }
});

test('virtio-blk: one exit, and the I/O thread wakes for the request and for its end', () => {
  const { totals } = onKvm('virtio-blk', { operation: 'read' });
  expect([totals.vmExits['guest'], totals.wakeUps, totals.copies]).toEqual([1, 2, 0]);
});

test('requests submitted at once share a wake-up of the I/O thread', () => {
  const load = { operation: 'read', count: 8 };
  const alone = onKvm('virtio-blk', load).totals;
  const together = onKvm('virtio-blk', { ...load, pattern: 'burst' }).totals;
  expect(alone.wakeUps).toBe(8 + 8);
  expect(together.wakeUps).toBeLessThanOrEqual(1 + 8);
});

test.each([
  ['e1000', 'tx', 6],
  ['e1000', 'rx', 6],
  ['ide-dma', 'read', 26],
])('%s %s: each of its %i accesses goes to QEMU and back', (device, operation, count) => {
  const run = onKvm(device, { operation });
  expect(accesses(run)).toBe(count);
  expect(crossed(run, 'guest', 'kvm') - run.totals.endsOfInterrupt).toBe(
    count - Number(device === 'ide-dma'),
  );
  expect(crossed(run, 'kvm', 'qemu')).toBe(count);
});

test('a frame of e1000 is copied out of the guest and into the host kernel; vmxnet3 leaves it mapped', () => {
  const copied = (device: string, operation: string): number =>
    onKvm(device, { operation }).totals.bytesCopied;
  expect(copied('e1000', 'tx')).toBe(2 * 1514);
  // The rest is what the guest’s own driver copies of the headers.
  expect(copied('vmxnet3', 'tx')).toBeLessThanOrEqual(1514 + 128);
  expect(copied('e1000', 'rx')).toBe(2 * 1514);
});

describe('the price of an access', () => {
  const ofExits = (device: string, parameter: string): number =>
    onKvm(device).trace.filter(({ costs }) => costs.some((cost) => cost.parameter === parameter))
      .length;

  test('an access to memory is decoded, one to a port is not', () => {
    expect(ofExits('e1000', 'decode-access')).toBe(6);
    expect(ofExits('pcnet32', 'decode-access')).toBe(0);
  });
});

test('a virtual function has no exits, and nothing of the host on its way', () => {
  for (const operation of ['tx', 'rx']) {
    const run = onKvm('sriov-vf', { operation });
    const { totals, trace } = run;
    expect([totals.vmExits['guest'], totals.wakeUps, totals.copies]).toEqual([0, 0, 0]);
    expect(new Set(trace.map(({ domain }) => domain))).toEqual(new Set(['guest', 'hardware']));
    expect(totals.interrupts['guest']).toBe(1);
  }
});

test('one kernel is one side of the edge: KVM, vhost and the host kernel lie below it, QEMU above', () => {
  const { world } = onKvm('e1000');
  const bands = ['kvm', 'vhost', 'host-kernel', 'qemu'].map((id) => domainOf(world, id).band);
  expect(bands).toEqual(['hypervisor', 'hypervisor', 'hypervisor', 'user']);
  expect(onKvm('virtio-net').totals.lineCrossings).toBe(2);
});

describe('registers of virtio that ring no doorbell', () => {
  test('with INTx the interrupt status is read in QEMU, and vhost has no part in that', () => {
    const run = onKvm('virtio-net', { operation: 'rx', interrupts: 'intx' });
    expect(accesses(run)).toBe(1);
    expect([crossed(run, 'kvm', 'qemu'), crossed(run, 'kvm', 'vhost')]).toEqual([1, 0]);
  });

  test.each([
    { interrupts: 'isa', exits: 3 },
    { interrupts: 'line', exits: 4 },
  ])('over MMIO by $interrupts: doorbell, status, its acknowledgement: $exits exits', (row) => {
    const { interrupts, exits } = row;
    const run = onKvm('virtio-net-mmio', { interrupts });
    expect([accesses(run), run.totals.vmExits['guest']]).toEqual([3, exits]);
    expect([crossed(run, 'kvm', 'qemu'), crossed(run, 'kvm', 'io-thread')]).toEqual([2, 1]);
  });
});

test('vhost has no packed ring: a thread of QEMU serves it, and copies a received frame twice', () => {
  const packed = onKvm('virtio-net', { operation: 'rx', variant: 'packed' });
  expect(packed.trace.some(({ domain }) => domain === 'vhost')).toBe(false);
  expect(packed.totals.copies).toBe(2);
  expect(onKvm('virtio-net', { operation: 'rx' }).totals.copies).toBe(1);
});

describe('interrupts that are not posted', () => {
  const injected = (device: string, more: Partial<Request> = {}): Run =>
    onKvm(device, { ...more, policies: { interrupts: 'injected' } });

  test.each(['virtio-net', 'nvme', 'sriov-vf'])(
    '%s: an exit to be interrupted and one at the end',
    (device) => {
      const more = (run: Run): number =>
        run.totals.vmExits['guest']! - run.totals.interrupts['guest']! * 2;
      expect(more(injected(device))).toBe(onKvm(device).totals.vmExits['guest']);
    },
  );

  test('tools name the exits of a frame: its doorbell, the kick, the end of interrupt', () => {
    const { EPT_MISCONFIG, EXTERNAL_INTERRUPT, MSR_WRITE } = injected('virtio-net').totals.exits;
    expect([EPT_MISCONFIG, EXTERNAL_INTERRUPT, MSR_WRITE]).toEqual([1, 1, 1]);
  });

  test('a level ends by an exit either way: one exit more', () => {
    const exits = (run: Run): number => run.totals.vmExits['guest']!;
    expect(exits(injected('e1000', { operation: 'rx' }))).toBe(
      exits(onKvm('e1000', { operation: 'rx' })) + 1,
    );
  });

  test('a guest that is out already, for an access, is not made to exit for an interrupt', () => {
    const run = injected('e1000', { operation: 'rx', count: 400, pattern: 'burst' });
    const entered = run.trace.filter(
      (event) =>
        event.kind === 'crossing' && event.crossing === 'interrupt' && event.from === 'kvm',
    );
    const kicks = run.trace.filter(
      (event) => event.kind === 'crossing' && event.activity.sentence.startsWith('KVM makes'),
    );
    expect(kicks.length).toBeGreaterThan(0);
    expect(kicks.length).toBeLessThan(entered.length);
  });
});

describe('rings that are polled when they are drained', () => {
  const exits = (device: string, pollNs: number, rate: number): number => {
    const { totals } = onKvm(device, {
      operation: device === 'virtio-net' ? 'tx' : 'write',
      count: 1000,
      rate,
      window: 0,
      policies: { polling: 'busy' },
      parameters: { 'kvm.vhost-poll': pollNs, 'kvm.io-thread-poll': pollNs },
    });
    return totals.vmExits['guest']! / totals.requests;
  };

  // Frames arrive at random: the share of gaps longer than the poll is exp(-rate x poll).
  test.each([
    { device: 'virtio-net', pollNs: 50_000, rate: 10_000, share: 0.607 },
    { device: 'virtio-net', pollNs: 100_000, rate: 20_000, share: 0.135 },
    { device: 'virtio-blk', pollNs: 50_000, rate: 10_000, share: 0.607 },
  ])('$device: a poll of $pollNs ns at $rate a second leaves $share of the exits', (row) => {
    const { device, pollNs, rate, share } = row;
    expect(Math.abs(exits(device, pollNs, rate) - share)).toBeLessThan(0.08);
  });

  test('a longer poll never costs exits', () => {
    const byPoll = [1000, 10_000, 100_000, 1_000_000].map((poll) =>
      exits('virtio-net', poll, 30_000),
    );
    expect(byPoll).toEqual(byPoll.toSorted((a, b) => b - a));
  });

  test('a frame that follows at once is found in the ring: no exit, no wake-up', () => {
    const load = { count: 2, rate: 200_000 } as const;
    const { totals } = onKvm('virtio-net', { ...load, policies: { polling: 'busy' } });
    expect([totals.vmExits['guest'], totals.wakeUps]).toEqual([1, 1]);
  });
});
