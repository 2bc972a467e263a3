/**
 * Crossings by the kinds of domains, for placements that no product uses. A way between two domains goes up to the
 * kernel or hypervisor that both depend on, and down again: a process calls its kernel, a partition calls the
 * hypervisor, which interrupts another partition, whose kernel wakes a thread. Such a crossing costs what the
 * architecture's rows say of its sort (`pricesByKind`), else what the bare processor charges. All of it is assumed.
 * Leaves out: how such a placement would be programmed, and what it would save elsewhere. Checked against:
 * tests/engine/architectures/move.
 */
import { type Domain, type DomainKind, withArticle } from '../vocabulary/domain.ts';
import type { CrossingKind, DomainId, Price } from '../vocabulary/trace.ts';
import type { Architecture, Crossing, KindPrice, Purpose } from './architecture.ts';
import { once } from './rows.ts';

/** How a neighbour is reached, before it has a price. */
interface Hop {
  readonly kind: CrossingKind;
  readonly sentence: string;
}

/**
 * What the bare processor charges for a crossing of each sort, where no product says otherwise. A process pays for its
 * system call and for nothing on its return; kernels that share a processor mode call each other for nothing.
 */
export const bareProcessor: readonly KindPrice[] = [
  { crossing: 'hypercall', prices: once('vm-exit', 'exit-handler') },
  { crossing: 'vm-entry', prices: once('vm-entry', 'exit-indirect') },
  { crossing: 'interrupt', from: 'hardware', prices: once('physical-interrupt') },
  { crossing: 'interrupt', prices: once('interrupt-injection') },
  { crossing: 'wake-up', prices: once('thread-wake-up', 'mode-switch') },
  { crossing: 'call', from: 'privileged-user-process', prices: once('mode-switch') },
];

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
  const { kind, sentence } = hopOf(architecture, purpose, from, to);
  const prices = pricesOf(architecture, kind, from.kind, to.kind);
  return { from: from.id, to: to.id, kind, for: [purpose], sentence, evidence: 'assumed', prices };
}

/** The first row that fits counts: those of the architecture, then the bare processor; else it is free. */
function pricesOf(
  { pricesByKind = [] }: Architecture,
  kind: CrossingKind,
  from: DomainKind,
  to: DomainKind,
): readonly Price[] {
  const row = [...pricesByKind, ...bareProcessor].find(
    (each) => each.crossing === kind && (each.from ?? from) === from && (each.to ?? to) === to,
  );
  return row?.prices ?? [];
}

function hopOf(architecture: Architecture, purpose: Purpose, from: Domain, to: Domain): Hop {
  const [caller, callee] = [withArticle(from), withArticle(to)];
  const isReturn = returning.includes(purpose);
  const returns = `${caller} returns to ${callee}`;
  const calls = `${caller} calls ${callee}`;
  if (to.kind === 'hardware')
    return {
      kind: from.kind === 'hypervisor' ? 'call' : 'gate',
      sentence: `${caller} reaches its own device`,
    };
  if (to.kind === 'privileged-user-process')
    return isReturn
      ? { kind: 'return', sentence: returns }
      : { kind: 'wake-up', sentence: `A thread of ${callee} wakes` };
  if (from.kind === 'privileged-user-process' && isKernel(to.kind))
    return { kind: 'call', sentence: calls };
  if (isPartition(architecture, to))
    return isReturn
      ? { kind: 'vm-entry', sentence: returns }
      : { kind: 'interrupt', sentence: `${caller} interrupts ${callee}` };
  if (from.kind === 'hardware')
    return { kind: 'interrupt', sentence: `The device interrupts ${callee}` };
  if (isPartition(architecture, from))
    return { kind: 'hypercall', sentence: `${calls} by hypercall` };
  return isReturn ? { kind: 'return', sentence: returns } : { kind: 'call', sentence: calls };
}

export function domainIn({ domains }: Pick<Architecture, 'domains'>, id: DomainId): Domain {
  const found = domains.find((domain) => domain.id === id);
  if (found === undefined) throw new Error(`no domain '${id}'`);
  return found;
}
