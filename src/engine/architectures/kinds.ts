/**
 * Crossings by the kinds of domains, for placements that no product uses. A way between two domains goes up to the
 * kernel or hypervisor that both depend on, and down again: a process calls its kernel, a partition calls the
 * hypervisor, which interrupts another partition, whose kernel wakes a thread. Where the architecture has a crossing
 * of the same sort between domains of the same kinds, its prices are taken; else those of the bare processor. All of
 * it is assumed. Leaves out: how such a placement would be programmed, and what it would save elsewhere.
 * Checked against: tests/engine/architectures/move.
 */
import { type Domain, type DomainKind, withArticle } from '../vocabulary/domain.ts';
import type { CrossingKind, DomainId, Price } from '../vocabulary/trace.ts';
import type { Architecture, Crossing, Purpose } from './architecture.ts';

/** A crossing between neighbours, before it has domains. */
interface Hop {
  readonly kind: CrossingKind;
  readonly sentence: string;
  readonly prices: readonly Price[];
}

const once = (...parameters: readonly Price['parameter'][]): readonly Price[] =>
  parameters.map((parameter) => ({ parameter, per: 'once' }));

/** Purposes of crossings on which a caller goes on. */
const returning: readonly Purpose[] = [
  'resume',
  'signal-return',
  'hand-back',
  'end-of-interrupt-return',
];

const isKernel = (kind: DomainKind): boolean =>
  kind === 'privileged-kernel' || kind === 'driver-domain';

/** Whether a kernel runs above the hypervisor, and calls it by hypercall; others share its processor mode. */
export const isPartition = (
  { crossings }: Pick<Architecture, 'crossings'>,
  { id, kind }: Domain,
): boolean =>
  kind === 'driver-domain' ||
  (kind === 'privileged-kernel' &&
    crossings.some((crossing) => crossing.from === id && crossing.kind === 'hypercall'));

/** The hypervisor that runs the others: of several, the one that schedules virtual processors. */
export function baseOf({ domains, placement }: Architecture): Domain | undefined {
  const hypervisors = domains.filter(({ kind }) => kind === 'hypervisor');
  const schedulers = Object.values(placement).map(({ places }) => places['vcpu-scheduler']?.domain);
  return hypervisors.find(({ id }) => schedulers.includes(id)) ?? hypervisors[0];
}

/** What a domain depends on to reach another: its kernel, or the hypervisor. */
function below(architecture: Architecture, { id, kind }: Domain): Domain | undefined {
  const base = baseOf(architecture);
  if (id === base?.id) return undefined;
  if (kind !== 'privileged-user-process') return base;
  const kernels = architecture.domains.filter((domain) => domain.kind === 'privileged-kernel');
  const own = kernels.find((kernel) =>
    architecture.crossings.some(({ from, to }) => from === id && to === kernel.id),
  );
  return own ?? kernels[0] ?? base;
}

function chain(architecture: Architecture, from: Domain): Domain[] {
  const next = below(architecture, from);
  return next === undefined ? [from] : [from, ...chain(architecture, next)];
}

/** The way between two domains of a host by the kinds of what lies between; neither is the guest. */
export function wayByKinds(
  architecture: Architecture,
  purpose: Purpose,
  fromId: DomainId,
  toId: DomainId,
): Crossing[] {
  const from = domainIn(architecture, fromId);
  const to = domainIn(architecture, toId);
  if (to.kind === 'hardware') return [hop(architecture, purpose, from, to)];
  const start = from.kind === 'hardware' ? baseOf(architecture)! : from;
  const entry = from === start ? [] : [from, start];
  const up = chain(architecture, start);
  const down = chain(architecture, to);
  const meeting = up.findIndex((domain) => down.includes(domain));
  const across = [
    ...up.slice(0, meeting),
    ...down.slice(0, down.indexOf(up[meeting]!) + 1).reverse(),
  ];
  const visited = [...entry.slice(0, 1), ...across];
  return visited
    .slice(1)
    .map((domain, index) => hop(architecture, purpose, visited[index]!, domain));
}

function hop(architecture: Architecture, purpose: Purpose, from: Domain, to: Domain): Crossing {
  const { kind, sentence, prices } = hopOf(architecture, purpose, from, to);
  const alike = architecture.crossings.find(
    (crossing) =>
      crossing.kind === kind &&
      domainIn(architecture, crossing.from).kind === from.kind &&
      domainIn(architecture, crossing.to).kind === to.kind,
  );
  return {
    from: from.id,
    to: to.id,
    kind,
    for: [purpose],
    sentence,
    evidence: 'assumed',
    prices: alike?.prices ?? prices,
  };
}

function hopOf(architecture: Architecture, purpose: Purpose, from: Domain, to: Domain): Hop {
  if (to.kind === 'hardware') return toHardware(from);
  if (to.kind === 'privileged-user-process') return toProcess(purpose, from, to);
  if (from.kind === 'privileged-user-process' && isKernel(to.kind)) return systemCall(from, to);
  if (isPartition(architecture, to)) return toPartition(purpose, from, to);
  if (from.kind === 'hardware')
    return {
      kind: 'interrupt',
      sentence: `The device interrupts ${withArticle(to)}`,
      prices: once('physical-interrupt'),
    };
  if (isPartition(architecture, from))
    return {
      kind: 'hypercall',
      sentence: `${withArticle(from)} calls ${withArticle(to)} by hypercall`,
      prices: once('vm-exit', 'exit-handler'),
    };
  return returning.includes(purpose)
    ? { kind: 'return', sentence: `${withArticle(from)} returns to ${withArticle(to)}`, prices: [] }
    : { kind: 'call', sentence: `${withArticle(from)} calls ${withArticle(to)}`, prices: [] };
}

const toHardware = (from: Domain): Hop => ({
  kind: from.kind === 'hypervisor' ? 'call' : 'gate',
  sentence: `${withArticle(from)} reaches its own device`,
  prices: [],
});

function toProcess(purpose: Purpose, from: Domain, to: Domain): Hop {
  return returning.includes(purpose)
    ? { kind: 'return', sentence: `${withArticle(from)} returns to ${withArticle(to)}`, prices: [] }
    : {
        kind: 'wake-up',
        sentence: `A thread of ${withArticle(to)} wakes`,
        prices: once('hyper-v.worker-wake-up', 'hyper-v.kernel-to-user'),
      };
}

const systemCall = (from: Domain, to: Domain): Hop => ({
  kind: 'call',
  sentence: `${withArticle(from)} calls ${withArticle(to)}`,
  prices: once('hyper-v.kernel-to-user'),
});

function toPartition(purpose: Purpose, from: Domain, to: Domain): Hop {
  return returning.includes(purpose)
    ? {
        kind: 'vm-entry',
        sentence: `${withArticle(from)} returns to ${withArticle(to)}`,
        prices: once('vm-entry', 'exit-indirect'),
      }
    : {
        kind: 'interrupt',
        sentence: `${withArticle(from)} interrupts ${withArticle(to)}`,
        prices: once('interrupt-injection'),
      };
}

export function domainIn({ domains }: Pick<Architecture, 'domains'>, id: DomainId): Domain {
  const found = domains.find((domain) => domain.id === id);
  if (found === undefined) throw new Error(`no domain '${id}'`);
  return found;
}
