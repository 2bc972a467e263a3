/** The public names of the engine, one by one. */
export { type RecordedAccess, accessesOf } from './analysis/accesses.ts';
export { type Passage, passagesOf, pathOf } from './analysis/path.ts';
export { type Mechanism, pathSteps, type Step, stepsOf } from './analysis/steps.ts';
export type { Statistics } from './analysis/statistics.ts';
export { latency, lineCrossings, type Totals } from './analysis/totals.ts';
export type {
  Architecture,
  Band,
  Domain,
  DomainColour,
  Move,
  Place,
  Role,
} from './architectures/architecture.ts';
export { route } from './architectures/architecture.ts';
export { type Classification, classify, type Design, refusal } from './architectures/classify.ts';
export { architectures } from './architectures/index.ts';
export { movable, withMoved } from './architectures/move.ts';
export {
  devicesOf,
  driversOf,
  type Request,
  runRequest,
  runScenario,
  schedulersOf,
  ScenarioError,
  scenarioFor,
} from './catalogue.ts';
export { devices } from './devices/index.ts';
export type { DeviceClass, DeviceEntry, DeviceKind } from './devices/device.ts';
export { fieldsOf, hexadecimal, type Register } from './memory/register.ts';
export type { InterruptMode } from './memory/interrupt.ts';
export { isParameterId, parameter, parameterIds } from './parameters/index.ts';
export type { Parameter, ParameterId, ParameterUnit, Standing } from './parameters/parameter.ts';
export { procedures } from './procedures/index.ts';
export type { Procedure, ProcedureStep } from './procedures/procedure.ts';
export { bands, domainOf, isBelow, type Run, type World } from './run.ts';
export {
  loadLimits,
  operations,
  operationsOf,
  patterns,
  phasesOf,
  type Scenario,
  sizeLimits,
} from './scenario.ts';
export type { Operation, Pattern } from './scenario.ts';
export {
  assertNever,
  type Cost,
  type Evidence,
  type MachineState,
  type Phase,
  type Span,
  stateAt,
  type TraceEvent,
} from './trace.ts';
