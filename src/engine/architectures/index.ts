/** Every architecture, in the order in which controls and tables show them. */
import type { Architecture } from './architecture.ts';
import { esxi } from './esxi.ts';
import { hosted } from './hosted.ts';
import { hyperV } from './hyper-v.ts';
import { kvm } from './kvm.ts';
import { native } from './native.ts';
import { reference } from './reference.ts';
import { xen } from './xen.ts';

export const architectures: readonly Architecture[] = [
  hyperV,
  esxi,
  kvm,
  xen,
  hosted,
  native,
  reference,
];
