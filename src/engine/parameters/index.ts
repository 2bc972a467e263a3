/** Every parameter of the engine. */
import { cpu } from './cpu.ts';
import { esxi } from './esxi.ts';
import { hosted } from './hosted.ts';
import { hyperV } from './hyper-v.ts';
import { kvm } from './kvm.ts';
import { network } from './network.ts';
import { storage } from './storage.ts';
import type { Parameter } from './parameter.ts';
import { xen } from './xen.ts';

export const parameters = {
  ...cpu,
  ...network,
  ...storage,
  ...hyperV,
  ...esxi,
  ...kvm,
  ...hosted,
  ...xen,
};

export type ParameterId = keyof typeof parameters;

/** Values a scenario sets in place of the defaults. */
export type Overrides = Readonly<Partial<Record<ParameterId, number>>>;

/** A row by its name. */
export const parameter = (id: ParameterId): Parameter => parameters[id];

export const parameterIds = Object.keys(parameters) as ParameterId[];

export const isParameterId = (name: string): name is ParameterId => Object.hasOwn(parameters, name);
