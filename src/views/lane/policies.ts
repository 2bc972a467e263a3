/** What the hosts of lanes were free to choose: numbers hang on it, so every picture says it. */
import type { PolicyInForce } from '#engine/index.ts';
import type { Lane } from './lane.ts';
import { nameOf } from './names.ts';

/** The choices of one lane's host. */
export interface HostChoices {
  /** What the lane is called. */
  readonly name: string;
  /** Never empty. */
  readonly policies: readonly PolicyInForce[];
}

/** Choices of the hosts that had any; of lanes that are called the same and have chosen the same, once. */
export function hostChoicesOf(lanes: readonly Lane[]): readonly HostChoices[] {
  const hosts = new Map<string, HostChoices>();
  for (const lane of lanes) {
    const { policies } = lane.run.world;
    const name = nameOf(lane);
    const chosen = policies.map(({ id, choice }) => `${id}=${choice.id}`).join(' ');
    if (policies.length > 0) hosts.set(`${name} ${chosen}`, { name, policies });
  }
  return [...hosts.values()];
}

/** What the host could have chosen instead. */
export const othersOf = ({ choice, choices }: PolicyInForce): readonly string[] =>
  choices.filter((id) => id !== choice.id);
