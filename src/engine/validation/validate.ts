/** Computes every validation target and compares it with what was published. */
import { architectures } from '../architectures/index.ts';
import { devicesOf } from '../catalogue.ts';
import { parameter, type ParameterId } from '../parameters/index.ts';
import { type Asked, Runs } from './runs.ts';
import { type Band, isModelled, lies, type Modelled, type Target } from './target.ts';
import { targets } from './targets.ts';

/** Within: every measure lies in its band. An identity that does not hold misses. */
export type Verdict = 'within' | 'misses' | 'not modelled' | 'identity';

export interface Computed {
  readonly what: string;
  readonly unit: string;
  readonly value: number;
  readonly band: Band;
  readonly within: boolean;
}

/** A parameter that a target sets, with the range that its row cites. */
export interface Override {
  readonly parameter: string;
  readonly value: number;
  readonly usual: number;
  readonly range: readonly [number, number];
  readonly unit: string;
}

/** A target with what came of it. */
export interface Finding {
  readonly id: string;
  readonly title: string;
  readonly published: string;
  readonly source: string;
  readonly confidence: Target['confidence'];
  readonly compares: Modelled['compares'] | null;
  readonly setUp: string | null;
  readonly verdict: Verdict;
  readonly computed: readonly Computed[];
  /** Why it misses, or why it is not modelled. */
  readonly why: string | null;
  readonly overrides: readonly Override[];
  readonly runs: readonly Asked[];
}

/** Every target in its order, computed one by one as it is asked for. */
export function* validate(): Generator<Finding> {
  for (const target of targets) yield findingOf(target);
}

function findingOf(target: Target): Finding {
  const { id, title, published, source, confidence } = target;
  const known = { id, title, published, source, confidence };
  const missing = isModelled(target) ? missingOf(target) : target.reason;
  if (!isModelled(target) || missing !== null)
    return { ...known, ...nothingComputed, verdict: 'not modelled', why: missing };
  const runs = new Runs();
  const computed = target.measures.map(({ what, unit, band, compute }): Computed => {
    const value = compute(runs);
    return { what, unit, value, band, within: lies(value, band) };
  });
  const holds = computed.every(({ within }) => within);
  const isIdentity = target.compares === 'identity';
  return {
    ...known,
    compares: target.compares,
    setUp: target.setUp,
    verdict: !holds ? 'misses' : isIdentity ? 'identity' : 'within',
    computed,
    why: holds ? null : target.differs,
    overrides: overridesOf(runs.asked),
    runs: runs.asked,
  };
}

const nothingComputed = {
  compares: null,
  setUp: null,
  computed: [],
  overrides: [],
  runs: [],
} as const;

/** What a target needs that the catalogue does not have. */
function missingOf({ needs }: Modelled): string | null {
  const lacking = needs.filter(([id, device]) => {
    const architecture = architectures.find((candidate) => candidate.id === id);
    return architecture === undefined || !devicesOf(architecture).some((has) => has.id === device);
  });
  if (lacking.length === 0) return null;
  return `there is no ${lacking.map(([id, device]) => `${device} on ${id}`).join(', no ')}`;
}

/** The parameters that any of the runs sets to another value than theirs, each value once. */
function overridesOf(asked: readonly Asked[]): Override[] {
  const set = new Map<string, Override>();
  for (const { request } of asked)
    for (const [name, value] of Object.entries(request.parameters ?? {})) {
      const { range, unit, value: usual } = parameter(name as ParameterId);
      if (value !== usual)
        set.set(`${name} ${value}`, { parameter: name, value, usual, range, unit });
    }
  return [...set.values()];
}
