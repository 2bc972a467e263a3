/**
 * The heavy door of the engine: what there is to run, and running it. It brings every driver, device, architecture and
 * parameter with it, so a page opens it in a worker or at build only; runs are read through index.ts.
 */
export { placementOf, route } from './architectures/architecture.ts';
export { classify, refusal } from './architectures/classify.ts';
export { architectures } from './architectures/index.ts';
export { movable, withMoved } from './architectures/move.ts';
export { policiesFor } from './architectures/policy.ts';
export {
  architectureOf,
  devicesOf,
  driversOf,
  runRequest,
  runScenario,
  schedulersOf,
  scenarioFor,
} from './catalogue.ts';
export { devices } from './devices/index.ts';
export { partsOf, type Situation, siteOf, verdictOn } from './faults/radius.ts';
export { type TrustedPart, trustedParts } from './faults/trust.ts';
export { faultWords } from './faults/words.ts';
export { observed, type Observed, observedScenario } from './observe/observed.ts';
export { isParameterId, parameter, parameterIds } from './parameters/index.ts';
export { procedures } from './procedures/index.ts';
export { type Remark, remarksOn } from './remarks.ts';
