/** The crossings of KVM: exits, the way to QEMU and back, the threads that doorbells wake, and the hardware. */
import type { Crossing } from './architecture.ts';
import * as row from './rows.ts';
import { across, documented } from './rows.ts';

const api = documented('kvm-api');
const qemu = documented('qemu-devices');
const vhostNet = documented('linux-vhost-net');
const linux = documented('linux-source');
const vtd = documented('intel-vt-d');

const switchesMode = {
  out: row.hop('return', 'kvm.user-space-switch'),
  back: row.hop('call', 'kvm.user-space-switch'),
};
const systemCall = row.hop('call', 'kvm.system-call');
const wakesThread = row.hop('wake-up', 'kvm.thread-wake-up');

/** Threads that sleep until a doorbell or the disk wakes them. */
export const wakesMainLoop = wakesThread('QEMU’s main loop wakes in poll()', qemu);
export const wakesIoThread = wakesThread('The I/O thread of QEMU wakes in poll()', qemu);
export const wakesVhost = wakesThread('The vhost worker wakes', vhostNet);

const exits: readonly Crossing[] = [
  ...across('guest', 'kvm', {
    access: row.exits('The processor exits to KVM', api),
    'end-of-interrupt': row.exitsToEndInterrupt(
      'The processor exits to KVM, which ends the interrupt',
      api,
    ),
  }),
  ...across('kvm', 'guest', {
    'end-of-interrupt-return': row.resumesAfterInterrupt('The guest resumes', api),
    resume: row.resumes('KVM lets the guest resume', api),
    inject: row.injects('KVM injects the interrupt', api),
  }),
];

const userSpace: readonly Crossing[] = [
  ...across('kvm', 'qemu', {
    access: switchesMode.out('KVM_RUN returns to QEMU with the access', api),
  }),
  ...across('qemu', 'kvm', {
    resume: switchesMode.back('QEMU calls KVM_RUN again', api),
    inject: systemCall('QEMU sets the interrupt by ioctl', api),
  }),
  ...across('qemu', 'host-kernel', {
    'hand-over': systemCall('QEMU hands it over by a system call', qemu),
  }),
  ...across('host-kernel', 'qemu', {
    'hand-back': row.freeReturn('The system call returns', qemu),
    'hand-over': wakesThread('A thread of QEMU wakes in poll()', qemu),
  }),
];

/** What a thread that a doorbell wakes has in common with another; `signals` is its way to an eventfd. */
const bound = (to: string, who: string, signals: ReturnType<typeof row.hop>): Crossing[] => [
  ...across('kvm', to, {
    access: row.hop('message', 'kvm.eventfd-signal')(
      'KVM signals the eventfd that is bound to the register',
      api,
    ),
  }),
  ...across(to, 'guest', { resume: row.resumes('KVM lets the guest resume at once', api) }),
  ...across(to, 'kvm', {
    inject: signals(`${who} signals the eventfd that is bound to the interrupt`, api),
  }),
];

const ioThread: readonly Crossing[] = [
  ...bound('io-thread', 'The I/O thread', row.hop('call', 'kvm.system-call', 'kvm.eventfd-signal')),
  ...across('io-thread', 'host-kernel', {
    'hand-over': systemCall('The I/O thread hands it over by a system call', qemu),
  }),
  ...across('host-kernel', 'io-thread', {
    'hand-back': row.freeReturn('The system call returns', qemu),
    'hand-over': wakesIoThread,
  }),
];

const vhost: readonly Crossing[] = [
  ...bound('vhost', 'The vhost worker', row.hop('call', 'kvm.eventfd-signal')),
  ...across('vhost', 'host-kernel', {
    'hand-over': row.freeCall('The vhost worker calls sendmsg of the tap device', vhostNet),
  }),
  ...across('host-kernel', 'vhost', {
    'hand-back': row.freeReturn('The call returns', vhostNet),
    'hand-over': wakesVhost,
  }),
];

const hardware: readonly Crossing[] = [
  ...across('host-kernel', 'hardware', {
    'hand-over': row.freeCall('The host kernel rings the device’s doorbell', linux),
  }),
  ...across('hardware', 'host-kernel', {
    'device-interrupt': row.interrupts('The device interrupts the host kernel', linux),
  }),
  ...across('guest', 'hardware', {
    access: row.reachesCard('gate')('The access reaches the card without an exit', vtd),
  }),
  ...across('hardware', 'guest', {
    resume: row.answers('gate')('The answer comes back', vtd),
    'inject-direct': row.hop(
      'interrupt',
      'physical-interrupt',
      'kvm.posted-interrupt',
    )('The card’s interrupt is posted to the guest without an exit', vtd),
  }),
];

export const crossings: readonly Crossing[] = [
  ...exits,
  ...userSpace,
  ...ioThread,
  ...vhost,
  ...hardware,
];
