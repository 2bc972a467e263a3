/**
 * The duel of a setup. The runs of the figure as published come with the book, all others are asked of the runner,
 * which is fetched when the first is: a reader who only steps loads neither it nor the engine.
 */
import type { Request } from '#engine/index.ts';
import { keyOf } from '#engine/vocabulary/request-key.ts';
import { requestsOf, type Setup } from '#engine/vocabulary/setup.ts';
import type { Asking } from '#components/widgets/kit/runner/runner.ts';
import type { Getting } from '#components/widgets/kit/use-answer.ts';
import type { Lane } from '#views/lane/lane.ts';
import { type Duel, duelOf } from './duel.ts';
import { publishedLanes } from './published.ts';

/** Where the book has the runs of a setup, and the edition that a page was built with. */
export interface Published {
  readonly address: string;
  readonly edition: string;
}

/** Lanes that the book has, by the keys of their requests. */
const published = new Map<string, Promise<Lane>>();

/** Takes the published runs of a setup from the book; if they do not come, they are computed like any other. */
export function offerPublished({ address, edition }: Published, setup: Setup): void {
  const lanes = fetched(address, edition);
  requestsOf(setup).forEach((request, index) => {
    const key = keyOf(request);
    if (published.has(key)) return;
    const lane = lanes.then((all) => all[index] ?? missing());
    lane.catch(() => published.delete(key));
    published.set(key, lane);
  });
}

const fetched = async (address: string, edition: string): Promise<readonly Lane[]> =>
  publishedLanes(await (await fetch(address)).json(), edition);

function missing(): never {
  throw new Error('the published runs have no such lane');
}

/** Begins to compute a duel. `prepare` works out what drawing it will ask for. */
export function gettingDuel(setup: Setup, prepare: (duel: Duel) => void): Getting<Duel> {
  const lanes = requestsOf(setup).map(gettingLane);
  return {
    answer: inTasks(setup, Promise.all(lanes.map(({ answer }) => answer)), prepare),
    cancel: () => lanes.forEach(({ cancel }) => cancel()),
  };
}

function gettingLane(request: Request): Asking<Lane> {
  const key = keyOf(request);
  let wanted = true;
  let asking: Asking<Lane> | undefined;
  const asked = async (): Promise<Lane> => {
    const [{ runner }, { laneQuestion }] = await Promise.all([
      import('#components/widgets/kit/runner/runner.ts'),
      import('#components/widgets/kit/runner/questions.ts'),
    ]);
    asking = runner.ask(laneQuestion, request, { key });
    if (!wanted) asking.cancel();
    return asking.answer;
  };
  return {
    answer: published.get(key)?.catch(asked) ?? asked(),
    cancel: () => {
      wanted = false;
      asking?.cancel();
    },
  };
}

/** Reading the runs is one task, what follows are others, so that none keeps a finger waiting. */
async function inTasks(
  setup: Setup,
  lanes: Promise<readonly Lane[]>,
  prepare: (duel: Duel) => void,
): Promise<Duel> {
  const all = await lanes;
  await idle();
  const duel = duelOf(setup, all);
  await idle();
  prepare(duel);
  await idle();
  return duel;
}

/** Lets the page do what is waiting. */
const idle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));
