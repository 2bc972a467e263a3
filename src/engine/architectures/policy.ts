/** What a host chooses where it is free to: the architecture when it does so, and what a reader is told of it. */
import type { Overrides } from '../parameters/index.ts';
import type { ChosenPolicies, PolicyInForce } from '../vocabulary/policy.ts';
import type { Architecture, Policy, PolicyChoice } from './architecture.ts';

/** Policies on which the numbers of a device hang. */
export const policiesFor = ({ policies = [] }: Architecture, device: string): readonly Policy[] =>
  policies.filter(({ devices }) => devices.includes(device));

/** The choice of that name, or the default. Throws where the policy has no such choice. */
export function choiceOf({ id, choices }: Policy, asked: string | undefined): PolicyChoice {
  if (asked === undefined) return choices[0];
  const found = choices.find((choice) => choice.id === asked);
  if (found === undefined) throw new RangeError(`policy ${id} has no choice '${asked}'`);
  return found;
}

const choicesIn = ({ policies = [] }: Architecture, chosen: ChosenPolicies): PolicyChoice[] =>
  policies.map((policy) => choiceOf(policy, chosen[policy.id]));

/** The architecture of a host that has chosen so. */
export const withPolicies = (known: Architecture, chosen: ChosenPolicies): Architecture =>
  choicesIn(known, chosen).reduce((each, choice) => choice.change?.(each) ?? each, known);

/** The values that choices bring. */
export const parametersOf = (known: Architecture, chosen: ChosenPolicies): Overrides =>
  Object.assign({}, ...choicesIn(known, chosen).map(({ parameters }) => parameters)) as Overrides;

/** What the numbers of a device hang on, as runs carry it to views. */
export const policiesInForce = (
  architecture: Architecture,
  device: string,
  chosen: ChosenPolicies,
): PolicyInForce[] =>
  policiesFor(architecture, device).map((policy) => {
    const { id, title, consequence, evidence, source } = choiceOf(policy, chosen[policy.id]);
    return {
      id: policy.id,
      title: policy.title,
      choice: { id, title, consequence, evidence, ...(source !== undefined && { source }) },
      choices: policy.choices.map((choice) => choice.id),
    };
  });
