/**
 * The ordered list of register accesses and interrupts, in the form in which real drivers were
 * recorded.
 */
import type { Run } from '../run.ts';
import { hexadecimal } from '../memory/register.ts';
import { type Trigger, triggerOf } from '../memory/interrupt.ts';
import type { TraceEvent } from '../trace.ts';

export type RecordedAccess =
  | {
      readonly op: 'read' | 'write';
      readonly region: string;
      readonly name: string;
      readonly offset: number;
      readonly size: number;
      readonly value: string;
      /** Joins a run of data accesses to one register. */
      readonly times: number;
    }
  | { readonly op: 'interrupt'; readonly trigger: string };

const triggerNames: Readonly<Record<Trigger, string>> = {
  level: 'level',
  edge: 'edge/MSI',
  event: 'VMBus',
};

/** Accesses of the guest in order, with each interrupt where it was taken. */
export function accessesOf(run: Run): RecordedAccess[] {
  const trigger = triggerNames[triggerOf(run.scenario.subject.vms[0].interrupts)];
  return run.trace.flatMap((event): RecordedAccess[] => {
    if (event.kind === 'access') return [recorded(event, run)];
    const taken =
      event.kind === 'crossing' && event.crossing === 'interrupt' && event.domain === 'guest';
    return taken ? [{ op: 'interrupt', trigger }] : [];
  });
}

function recorded({ access }: Extract<TraceEvent, { kind: 'access' }>, run: Run): RecordedAccess {
  const register = run.world.registers[access.register];
  if (register === undefined) throw new Error(`the device has no register '${access.register}'`);
  const { region, name, offset, size } = register;
  return { op: access.op, region, name, offset, size, value: hexadecimal(access.value), times: 1 };
}
