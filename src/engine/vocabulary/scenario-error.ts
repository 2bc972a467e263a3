/** A scenario that cannot be run; the message is for the person who asked. */
export class ScenarioError extends RangeError {}
