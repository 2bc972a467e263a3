/**
 * KVM with a network card whose rings a thread of the monitor’s process serves, as in Firecracker, OpenVMM and QEMU
 * without vhost: it reads the virtqueue in guest memory and writes frames to a tap device. Two ways of the doorbell:
 * bound to an eventfd in the kernel, or an exit to user space whose thread then wakes the other one.
 */
import type { Architecture, Crossing, Placement } from '../../architectures/architecture.ts';
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

/** The doorbell goes to user space first, and the guest resumes from there. */
function exitsToUserSpace(known: Architecture): Architecture {
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
      prices: [
        { parameter: 'kvm.system-call', per: 'once' },
        { parameter: 'kvm.eventfd-signal', per: 'once' },
      ],
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

export const kickToUserSpace: Change = {
  id: 'kick-to-user-space',
  says: 'a thread in user space serves virtio-net; each kick exits to user space, which signals it',
  source: 'openvmm-33d8e5fad',
  architecture: (known) => exitsToUserSpace(inUserSpace(known)),
};
