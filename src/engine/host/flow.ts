/**
 * Flows. A flow is one line of causes: who acts for which request, in which phase, and the event that the next one
 * follows from.
 *
 * Flows change as they go, and only here. A flow has one holder, who alone may change it: whoever began or forked it,
 * and while it is under way (in a walk, in a queue, with the guest) whoever is called when it arrives. Who goes on
 * beside the holder takes a fork. The tracer moves a flow along as it writes an event down (`follow`); the phases of
 * its own code are the guest's to set (`runGuest`, `announce`, `takeUp`).
 */
import type { Phase } from '../vocabulary/trace.ts';

/** Who acts for which request, and what it follows from. */
export interface Flow {
  /** 0 for none. */
  readonly request: number;
  readonly phase: Phase;
  /** Number of the event that its next one follows from; -1 for none. */
  readonly cause: number;
}

type Changing = { -readonly [Key in keyof Flow]: Flow[Key] };

/** What an interrupt or an answer brings about belongs to it, whatever phase it would be in by itself. */
export const isKept = (phase: Phase): boolean => phase === 'interrupt' || phase === 'answer';

// --- new flows --------------------------------------------------------------------------------------

/** A flow that follows from nothing, or from the event it is told. */
export const begin = (request: number, phase: Phase, cause = -1): Flow => ({
  request,
  phase,
  cause,
});

/** A flow of its own that goes on from here, in this phase or another. */
export const fork = (flow: Flow, phase: Phase = flow.phase): Flow => ({
  request: flow.request,
  phase,
  cause: flow.cause,
});

/** A fork into a later phase; what follows from an interrupt of the guest stays part of it. */
export const forkLater = (flow: Flow, phase: Phase): Flow =>
  fork(flow, flow.phase === 'interrupt' ? 'interrupt' : phase);

// --- changes ----------------------------------------------------------------------------------------

/** An event of the flow was written: the next one follows from it. */
export function follow(flow: Flow, event: number): void {
  change(flow).cause = event;
}

/** The flow comes to a phase, unless it is part of an interrupt or an answer. */
export function enter(flow: Flow, phase: Phase): void {
  if (!isKept(flow.phase)) change(flow).phase = phase;
}

/** What the flow waited for has come: it goes on from where the other one ended, in its own phase. */
export function rejoin(flow: Flow, ended: Flow): void {
  change(flow).cause = ended.cause;
}

/** The flow goes on as a fork that did its work: from where that ended, in the phase it has come to. */
export function resumeAs(flow: Flow, ended: Flow): void {
  change(flow).cause = ended.cause;
  change(flow).phase = ended.phase;
}

/** Code of the guest runs: of a task that submits, or of interrupt work. */
export function runGuest(flow: Flow, phase: 'submit' | 'interrupt'): void {
  change(flow).phase = phase;
}

/** The guest tells the device's side of what it submitted. */
export function announce(flow: Flow): void {
  if (flow.phase === 'submit') change(flow).phase = 'notify';
}

/** A task of the guest goes on to another request, which follows from an event or from none. */
export function takeUp(flow: Flow, request: number, cause: number): void {
  const changing = change(flow);
  changing.request = request;
  changing.phase = 'submit';
  changing.cause = cause;
}

const change = (flow: Flow): Changing => flow;
