/**
 * The ordered list of register accesses and interrupts, in the form in which real drivers were
 * recorded.
 */
import type { Run } from '../vocabulary/run.ts';
import { hexadecimal } from '../memory/register.ts';
import { type Trigger, triggerOf } from '../memory/interrupt.ts';
import type { TraceEvent } from '../vocabulary/trace.ts';

export type RecordedAccess =
  | {
      readonly op: 'read' | 'write';
      readonly region: string;
      readonly name: string;
      readonly offset: number;
      readonly size: number;
      /** Missing where a string instruction moved data. */
      readonly value?: string;
      /** How often: joins the accesses of string instructions to one register. */
      readonly times: number;
    }
  | { readonly op: 'interrupt'; readonly trigger: string };

type Access = Extract<RecordedAccess, { readonly name: string }>;

const triggerNames: Readonly<Record<Trigger, string>> = {
  level: 'level',
  edge: 'edge/MSI',
  event: 'VMBus',
};

/** Accesses of the guest in order, with each interrupt that it took where the device asked for it. */
export function accessesOf(run: Run): RecordedAccess[] {
  const trigger = triggerNames[triggerOf(run.scenario.subject.vms[0].interrupts)];
  const all: RecordedAccess[] = [];
  /** Where the device asked for an interrupt that is not yet taken. */
  let asked: number | undefined;
  for (const event of run.trace) {
    if (event.kind === 'access') add(all, recorded(event, run));
    if (event.kind === 'interrupt-line' && event.raised) asked ??= all.length;
    if (event.kind === 'crossing' && event.crossing === 'interrupt' && event.domain === 'guest') {
      all.splice(asked ?? all.length, 0, { op: 'interrupt', trigger });
      asked = undefined;
    }
  }
  return all;
}

/** String instructions that follow each other on one register are one entry, as they were recorded. */
function add(all: RecordedAccess[], next: Access): void {
  const last = all.at(-1);
  const joins =
    last !== undefined &&
    last.op !== 'interrupt' &&
    last.value === undefined &&
    next.value === undefined &&
    last.op === next.op &&
    last.name === next.name;
  if (joins) all[all.length - 1] = { ...last, times: last.times + next.times };
  else all.push(next);
}

function recorded({ access }: Extract<TraceEvent, { kind: 'access' }>, run: Run): Access {
  const register = run.world.registers[access.register];
  if (register === undefined) throw new Error(`the device has no register '${access.register}'`);
  const { region, name, offset, size } = register;
  const value = access.times > 1 ? {} : { value: hexadecimal(access.value) };
  return { op: access.op, region, name, offset, size, ...value, times: access.times };
}
