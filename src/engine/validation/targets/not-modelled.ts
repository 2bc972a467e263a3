/** Targets that no scenario of this engine expresses, and why. */
import type { Target } from '../target.ts';

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
    id: 'V10',
    title: 'guest of a driver domain against native',
    published: 'transmit 0.20, receive 0.33; optimised 0.88 and 0.39',
    source: 'menon-2006',
    confidence: 'B',
    reason:
      'the price of a network stack is known for sending on another machine and not for receiving at all, and stacks were most of what the native machine did; the front end that was measured exchanged the pages that it received, as netfront no longer does',
  },
  {
    id: 'V11',
    title: 'kick of a driver domain against one in the kernel',
    published: '11,262 against 560 cycles = 20',
    source: 'dall-2016',
    confidence: 'B',
    reason:
      'the 560 cycles are remembered, and less than an exit, its handler and a signal to an eventfd cost at the ends of their ranges, which are 1,072',
  },
  {
    id: 'V14',
    title: 'kicks suppressed while the ring is drained',
    published: 'TCP transmit + 31 %, UDP + 48 %',
    source: 'openvmm-98339adf4',
    confidence: 'A',
    reason:
      'the load is not in the source, and the gain is that of a ring which is never empty: any price of the guest’s network stack makes the back end the faster side, and then there is nothing to suppress',
  },
  {
    id: 'V15',
    title: 'segmentation offload kept against dropped',
    published: '35.6 against 6.75 Gb/s = 5.3',
    source: 'mana-gso-2025',
    confidence: 'A',
    reason:
      'the price of the guest’s network stack is derived from this very pair: 1.42 us for each further segment is all of the ratio',
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
