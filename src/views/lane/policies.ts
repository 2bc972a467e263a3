/** What the hosts of lanes were free to choose: numbers hang on it, so every picture says it. */
import type { PolicyInForce } from '#engine/index.ts';
import type { Lane } from './lane.ts';
import { nameOf } from './names.ts';

/** A choice of one lane's host. */
interface LanePolicy {
  /** What the lane is called. */
  readonly name: string;
  readonly policy: PolicyInForce;
}

/** Choices of all lanes; of lanes that are called the same and have chosen the same, once. */
export function policiesIn(lanes: readonly Lane[]): readonly LanePolicy[] {
  const rows = new Map<string, LanePolicy>();
  for (const lane of lanes)
    for (const policy of lane.run.world.policies) {
      const name = nameOf(lane);
      rows.set(`${name} ${policy.id} ${policy.choice.id}`, { name, policy });
    }
  return [...rows.values()];
}

/** What the host could have chosen instead. */
export const othersOf = ({ choice, choices }: PolicyInForce): readonly string[] =>
  choices.filter((id) => id !== choice.id);
