/**
 * The light door of the engine: the words of scenarios and runs, and what can be read off a run. Nothing here runs
 * anything; execute.ts does.
 */
export { type RecordedAccess, accessesOf } from './analysis/accesses.ts';
export { type ExitRow, exitRowsOf, outsideModel } from './analysis/exits.ts';
export { ownersOf } from './analysis/path.ts';
export { type Mechanism, pathSteps, type Step, stepsOf } from './analysis/steps.ts';
export type { Architecture, Place, Policy } from './architectures/architecture.ts';
export type { Classification, Design } from './architectures/classify.ts';
export { ScenarioError } from './vocabulary/scenario-error.ts';
export type { DeviceClass, DeviceEntry, DeviceKind } from './devices/device.ts';
export {
  type BytesAt,
  bytesAt,
  type Declared,
  type Journal,
  type JournalEntry,
  setUp,
  structureNamed,
  type Wanted,
} from './observe/journal.ts';
export { fieldsOf, hexadecimal, type Indirect, type Register } from './memory/register.ts';
export type { InterruptMode } from './memory/interrupt.ts';
export type { ParameterId } from './parameters/index.ts';
export type { Parameter, ParameterUnit, Standing } from './parameters/parameter.ts';
export {
  type RingAction,
  type RingState,
  type RoomRule,
  roomRules,
  scriptedChannel,
  type ScriptedChannel,
  type ScriptedRing,
} from './memory/scripted-ring.ts';
export { type PacketPart, packetParts, type Protocol } from './memory/vmbus-packet.ts';
export type { Procedure, ProcedureStep } from './procedures/procedure.ts';
export {
  type Request,
  type Setting,
  type Settings,
  settings,
  settingsFrom,
  wordsOf,
} from './vocabulary/request.ts';
export {
  type Band,
  bands,
  type Domain,
  type DomainColour,
  isBelow,
  withArticle,
} from './vocabulary/domain.ts';
export type { VmOutcome, VmState } from './vocabulary/outcome.ts';
export type { PolicyInForce } from './vocabulary/policy.ts';
export type { Move, Role } from './vocabulary/role.ts';
export type { Drop, Path, Statistics, Totals } from './vocabulary/results.ts';
export type { Run } from './vocabulary/run.ts';
export {
  loadLimits,
  operations,
  operationsOf,
  patterns,
  waysToSend,
  phasesOf,
  type Scenario,
  seedLimits,
  sizeLimits,
} from './vocabulary/scenario.ts';
export type { Operation, Pattern } from './vocabulary/scenario.ts';
export { keyOf } from './vocabulary/request-key.ts';
export {
  type LaneSetup,
  requestOf,
  requestsOf,
  sameSetup,
  type Setup,
  setupKey,
  type Shared,
} from './vocabulary/setup.ts';
export {
  type Flow,
  flowIn,
  flowName,
  laneIn,
  type LaneName,
  lanes,
  laneText,
  settingsIn,
  settingsText,
} from './vocabulary/setup-text.ts';
export type { Layout, LayoutField, Writer } from './vocabulary/layout.ts';
export {
  assertNever,
  type Cost,
  type Evidence,
  type MachineState,
  type Phase,
  type Span,
  stateAt,
  type TraceEvent,
} from './vocabulary/trace.ts';
export { domainOf, type World } from './vocabulary/world.ts';
