/** Every architecture, in the order in which controls and tables show them. */
import type { Architecture } from './architecture.ts';
import { esxi } from './esxi.ts';
import { hyperV } from './hyper-v.ts';
import { native } from './native.ts';
import { reference } from './reference.ts';

export const architectures: readonly Architecture[] = [hyperV, esxi, native, reference];
