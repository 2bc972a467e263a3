import { lanes } from '#engine/index.ts';
import { type DuelFigure, onePacketSent } from './kinds/duel.ts';

export default {
  kind: 'duel',
  title: 'One packet, five architectures',
  caption:
    'One packet is sent through the paravirtual card of each system; the last lane runs the driver of KVM’s guest on a card of the bare machine. Look at which side of the heavy line takes the packet.',
  alternative:
    'Five lanes. On Hyper-V and on Xen the guest signals by hypercall, and a partition above the edge of the hypervisor takes the packet: the root kernel on the one, the driver domain on the other, which calls the hypervisor to use what the guest has granted. On ESXi and on KVM the guest writes a register, and the packet is taken below the edge, in the VMkernel or by a vhost worker of the host kernel. On the bare machine the card itself takes it.',
  setup: {
    shared: onePacketSent,
    lanes: lanes(
      'hyper-v/netvsc',
      'esxi/vmxnet3',
      'kvm/virtio-net',
      'xen/xen-netfront',
      'native/virtio-net',
    ),
  },
} satisfies DuelFigure;
