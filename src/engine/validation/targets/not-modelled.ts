/** Targets that no scenario of this engine expresses, and why. */
import type { Target } from '../target.ts';

const noStack = 'the guest’s network stack takes no time here';

export const notModelled: readonly Target[] = [
  {
    id: 'V2',
    title: 'port access of a nested guest',
    published: '44,826 : 13,518 : 13,189 cycles = 3.4 : 1.02 : 1',
    source: 'kvm-vmx-2019',
    confidence: 'A',
    reason:
      'there is no nested hypervisor; its exits cost 3.4 times the plain ones, beyond the cited range of vm-exit',
  },
  {
    id: 'V13',
    title: 'registers of an exit by hypercall against a mapped page',
    published: 'TCP transmit + 50 %, boot + 5 %',
    source: 'openvmm-4f74a4d2b',
    confidence: 'A',
    reason:
      'how many register hypercalls an exit made before and after is not in the source; the tables have one, and any ratio could be had by choosing it',
  },
  {
    id: 'V15',
    title: 'segmentation offload kept against dropped',
    published: '35.6 against 6.75 Gb/s = 5.3',
    source: 'mana-gso-2025',
    confidence: 'A',
    reason: `${noStack}: 1.42 us for each further segment is all of this ratio`,
  },
  {
    id: 'V16',
    title: 'bounce buffers on and off',
    published: '24 against 40 Gb/s = 0.60; with a split lock 20 to 34',
    source: 'swiotlb-2022',
    confidence: 'A',
    reason:
      'there is no bounce-buffer pool and no lock; the price of a cold copy is derived from this very pair',
  },
  {
    id: 'V17',
    title: 'receive with against without the copy to the application',
    published: '82.2 to 116.2 Gb/s = 1.41; on one core 62.6 to 80.9 = 1.29',
    source: 'zcrx-2025',
    confidence: 'A',
    reason:
      'there are no sockets and applications: no copy from the guest’s kernel to its user space',
  },
  {
    id: 'V22',
    title: 'longer queue and more channels for storvsc',
    published: 'x 2.2 on twelve disks',
    source: 'freebsd-storvsc-2016',
    confidence: 'A',
    reason:
      'the depths before and after, and the load, are not in the source: any ratio could be had by choosing them',
  },
  {
    id: 'V23',
    title: 'tags shared against tags for each queue, throttled disk',
    published: 'write IOPS 270 against 153; reads equal',
    source: 'storvsc-queues-2021',
    confidence: 'A',
    reason:
      'a limit on IOPS and MB/s, and reads and writes of one guest at once, cannot be asked for: it measures the limiter',
  },
];
