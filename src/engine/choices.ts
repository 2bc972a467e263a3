/** What a request chooses for its host. A refusal is a `ScenarioError` with the rule, the value and the cure. */
import type { Architecture, Policy } from './architectures/architecture.ts';
import { architectures } from './architectures/index.ts';
import { policiesFor } from './architectures/policy.ts';
import type { DeviceEntry } from './devices/device.ts';
import { byId, whole } from './vocabulary/choice.ts';
import type { ChosenPolicies } from './vocabulary/policy.ts';
import type { Request } from './vocabulary/request.ts';
import { ScenarioError } from './vocabulary/scenario-error.ts';

interface Choices {
  /** Choices other than the defaults. */
  readonly policies: ChosenPolicies;
  readonly parameters: Readonly<Record<string, number>>;
}

/** Parameters that policies have replaced; in an architecture without the policy they never changed anything. */
const replaced = new Set(
  architectures.flatMap(({ policies = [] }) =>
    policies.flatMap(({ formerly }) => (formerly === undefined ? [] : [formerly.parameter])),
  ),
);

/** The choices of a request. Throws a ScenarioError for a policy or choice that the host does not have. */
export function choicesIn(
  { policies = {}, parameters = {}, device, variant }: Request,
  architecture: Architecture,
): Choices {
  const known = architecture.policies ?? [];
  const own = policiesFor(architecture, device);
  const said = saidBy(variant, own);
  refuseContradiction(variant, said, policies);
  const asked = Object.entries({
    ...readFrom(parameters, own),
    ...said,
    ...checked(policies, known, architecture.id),
  });
  return {
    policies: Object.fromEntries(asked.filter(([id, choice]) => !isDefault(known, id, choice))),
    parameters: Object.fromEntries(
      Object.entries(parameters).filter(([name]) => !replaced.has(name)),
    ),
  };
}

const isDefault = (known: readonly Policy[], id: string, choice: string): boolean =>
  known.some((policy) => policy.id === id && policy.choices[0].id === choice);

/** What a parameter that has become a policy says. */
function readFrom(parameters: Choices['parameters'], known: readonly Policy[]): ChosenPolicies {
  return Object.fromEntries(
    known.flatMap(({ id, formerly }) => {
      const value = formerly && parameters[formerly.parameter];
      if (value === undefined) return [];
      const { parameter, choices } = formerly!;
      const place = whole(parameter, value, { min: 0, max: choices.length - 1 });
      return [[id, choices[place]!]];
    }),
  );
}

/** What a chip variant says that stands for the choice of a policy. */
function saidBy(variant: string | undefined, known: readonly Policy[]): ChosenPolicies {
  return Object.fromEntries(
    known.flatMap(({ id, variants = [], choices }) => {
      const choice = choices[variants.findIndex((each) => each === variant)];
      return choice === undefined ? [] : [[id, choice.id]];
    }),
  );
}

function refuseContradiction(
  variant: string | undefined,
  said: ChosenPolicies,
  asked: ChosenPolicies,
): void {
  const other = Object.keys(said).find((id) => (asked[id] ?? said[id]) !== said[id]);
  if (other === undefined) return;
  throw new ScenarioError(
    `variant ${variant} is policy ${other} '${said[other]}', not '${asked[other]}': leave one of them out`,
  );
}

function checked(
  asked: ChosenPolicies,
  known: readonly Policy[],
  architecture: string,
): ChosenPolicies {
  for (const [id, choice] of Object.entries(asked)) {
    if (known.length === 0)
      throw new ScenarioError(
        `${architecture} leaves its host no choice: leave out policy '${id}'`,
      );
    const policy = byId('policy', id, known, `${architecture} has `);
    byId(`choice of policy ${id}`, choice, policy.choices);
  }
  return asked;
}

/** Refuses a choice on which nothing of the device hangs. Throws a ScenarioError. */
export function refuseUnconcerned(
  architecture: Architecture,
  { id }: DeviceEntry,
  chosen: ChosenPolicies,
): void {
  const own = policiesFor(architecture, id).map((policy) => policy.id);
  const idle = Object.keys(chosen).find((asked) => !own.includes(asked));
  if (idle === undefined) return;
  const policy = byId('policy', idle, architecture.policies ?? []);
  throw new ScenarioError(
    `policy ${idle} changes nothing for ${id}: leave it out, or use ${policy.devices.join(', ')}`,
  );
}
