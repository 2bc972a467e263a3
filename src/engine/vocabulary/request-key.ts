/**
 * What makes two requests the same. It is apart from the table of settings, since a page that looks a run up by its key
 * needs no words.
 */
import type { Request, Settings } from './request.ts';
import {
  loadLimits,
  operations,
  operationsOf,
  type Pattern,
  seedLimits,
  sizeLimits,
  waysToSend,
} from './scenario.ts';

/** The pattern of a request that names none. */
export function usualPattern({ rate, queueDepth }: Settings): Pattern {
  if (rate !== undefined) return 'open';
  return queueDepth === undefined ? 'spaced' : 'burst';
}

/** A single request cannot be told to be spaced or in a burst. */
function isUsualPattern(pattern: string, beside: Settings): boolean {
  const usual = usualPattern(beside);
  const alone = (beside.count ?? loadLimits.count.usual) === 1 && usual !== 'open';
  return pattern === usual || (alone && (pattern === 'spaced' || pattern === 'burst'));
}

function isUsualSize(bytes: number, { operation }: Settings): boolean {
  const known = operations.find((each) => each === operation);
  if (known === undefined) return false;
  return bytes === sizeLimits[operationsOf.network.includes(known) ? 'network' : 'storage'].usual;
}

/** Whether a value asks for no more than leaving it out would. Defaults of single devices are not known here. */
type IsUsual<V> = (value: V, beside: Settings) => boolean;

const usually =
  <V>(usual: V): IsUsual<V> =>
  (value) =>
    value === usual;

const isUsual: { readonly [K in keyof Settings]?: IsUsual<NonNullable<Settings[K]>> } = {
  count: usually<number>(loadLimits.count.usual),
  bytes: isUsualSize,
  pattern: isUsualPattern,
  batch: usually<number>(loadLimits.batch.usual),
  sentAs: usually<string>(waysToSend[0]),
  flows: usually<number>(loadLimits.flows.usual),
  vms: usually<number>(loadLimits.vms.usual),
  processors: usually<number>(loadLimits.processors.usual),
  integrationServices: usually(true),
  moves: (moves) => moves.length === 0,
  faults: (faults) => faults.length === 0,
  policies: (policies) => Object.keys(policies).length === 0,
  rings: (rings) => Object.keys(rings).length === 0,
  parameters: (parameters) => Object.keys(parameters).length === 0,
  seed: usually<number>(seedLimits.usual),
};

/** One text for all requests that ask for the same: order of keys and defaults that are spelt out do not count. */
export function keyOf({ architecture, device, ...given }: Request): string {
  // An open pattern has a rate, and a rate an open pattern: the rate says both.
  const asked: Settings =
    given.pattern === 'open' ? { rate: loadLimits.rate.usual, ...given } : given;
  const kept = (Object.keys(asked) as (keyof Settings)[])
    .filter((key) => asked[key] !== undefined && !saysNothing(key, asked))
    .toSorted();
  return JSON.stringify([architecture, device, ...kept.map((key) => [key, inOrder(asked[key])])]);
}

function saysNothing(key: keyof Settings, asked: Settings): boolean {
  const rule = isUsual[key] as IsUsual<unknown> | undefined;
  return rule?.(asked[key], asked) ?? false;
}

/** Parameters and policies by name; everything else has its own order. */
const inOrder = (value: unknown): unknown =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1))
    : value;
