/**
 * KVM with a network card whose rings a thread of the monitor’s process serves, as in Firecracker, OpenVMM and QEMU
 * without vhost: it reads the virtqueue in guest memory and writes frames to a tap device. Two ways of the doorbell:
 * bound to an eventfd in the kernel, or an exit to user space whose thread then wakes the other one. That thread finds
 * the registers of the virtual processor in a page that it shares with the hypervisor, or by hypercalls: of OpenVMM
 * before and after 4f74a4d2b, the general and the segment registers are read and the changed ones written back.
 */
import type { Architecture, Crossing, Placement } from '../../architectures/architecture.ts';
import type { ParameterId } from '../../parameters/index.ts';
import type { Price } from '../../vocabulary/trace.ts';
import type { Change } from '../runs.ts';

const thread = 'io-thread';

/** The placement of QEMU’s own adapters, with the rings served by the thread that serves disks. */
function servedByThread(known: Architecture): Placement {
  const { mapped, [thread]: woken } = known.placement;
  const model = mapped?.places['device-model'];
  const own = woken?.places['device-model'];
  if (mapped === undefined || woken?.wake === undefined || model === undefined || own === undefined)
    throw new RangeError(`${known.id} has no device models in user space`);
  return {
    ...mapped,
    runs: 'woken',
    wake: woken.wake,
    places: {
      ...mapped.places,
      'device-model': {
        domain: own.domain,
        actor: own.actor,
        does: { ...model.does, access: own.does.access ?? [] },
      },
    },
  };
}

const inUserSpace = (known: Architecture): Architecture => ({
  ...known,
  placement: { ...known.placement, [thread]: servedByThread(known) },
  devices: { ...known.devices, 'virtio-net': { placement: thread } },
});

const isFor = (crossing: Crossing, from: string, to: string, purpose: 'access' | 'resume') =>
  crossing.from === from && crossing.to === to && crossing.for?.includes(purpose) === true;

/** Hypercalls of an exit whose instruction is emulated: to read registers, segment registers, and to write back. */
const registerCalls = 3;
const prices = (...parameters: readonly ParameterId[]): readonly Price[] =>
  parameters.map((parameter) => ({ parameter, per: 'once' }));
const byHypercall = Array.from({ length: registerCalls }, () =>
  prices('kvm.system-call', 'hyper-v.hypercall', 'hyper-v.hypercall-return'),
).flat();

/** The doorbell goes to user space first, and the guest resumes from there. */
function exitsToUserSpace(known: Architecture, registers: readonly Price[]): Architecture {
  const kept = known.crossings.filter(
    (crossing) =>
      !isFor(crossing, 'kvm', thread, 'access') && !isFor(crossing, thread, 'guest', 'resume'),
  );
  const detour: readonly Crossing[] = [
    {
      from: 'qemu',
      to: thread,
      kind: 'message',
      for: ['access'],
      sentence: 'The thread of the virtual processor signals the eventfd by a system call',
      evidence: 'inferred',
      source: 'openvmm-33d8e5fad',
      prices: [...registers, ...prices('kvm.system-call', 'kvm.eventfd-signal')],
    },
    {
      from: thread,
      to: 'qemu',
      kind: 'return',
      for: ['resume'],
      sentence: 'The thread of the virtual processor has not waited',
      evidence: 'inferred',
      source: 'openvmm-33d8e5fad',
      prices: [],
    },
  ];
  return { ...known, crossings: [...detour, ...kept] };
}

export const kickInKernel: Change = {
  id: 'kick-in-kernel',
  says: 'a thread in user space serves virtio-net; the kernel signals it',
  source: 'openvmm-33d8e5fad',
  architecture: inUserSpace,
};

/** Each kick exits to user space, whose thread signals the eventfd; `id` and `says` tell how it gets at registers. */
const kickToUserSpace = (
  id: string,
  says: string,
  source: string,
  registers: readonly Price[],
): Change => ({
  id,
  says: `a thread in user space serves virtio-net; each kick exits to user space, ${says}`,
  source,
  architecture: (known) => exitsToUserSpace(inUserSpace(known), registers),
});

export const kickByHypercalls = kickToUserSpace(
  'kick-by-hypercalls',
  'which reads and writes registers by three hypercalls and signals the thread',
  'openvmm-4f74a4d2b',
  byHypercall,
);
export const kickByPage = kickToUserSpace(
  'kick-by-page',
  'which finds the registers in a shared page and signals the thread',
  'openvmm-4f74a4d2b',
  [],
);
