/** Every row of the table of published ratios, in its order. */
import type { Target } from './target.ts';
import { hostedMonitors } from './targets/hosted-monitors.ts';
import { kickTargets } from './targets/kicks.ts';
import { network } from './targets/network.ts';
import { notModelled } from './targets/not-modelled.ts';
import { passthrough } from './targets/passthrough.ts';
import { primitives } from './targets/primitives.ts';
import { storage } from './targets/storage.ts';

const numberOf = ({ id }: Target): number => Number(id.slice(1));

export const targets: readonly Target[] = [
  ...primitives,
  ...hostedMonitors,
  ...kickTargets,
  ...network,
  ...passthrough,
  ...storage,
  ...notModelled,
].toSorted((a, b) => numberOf(a) - numberOf(b));
