/**
 * The duel of a setup. The runs of the figure as published come with the book, all others are asked of the runner, which
 * is fetched when the first is: a reader who only steps loads neither it nor the engine.
 */
import type { Request, Run, Standing } from '#engine/index.ts';
import { keyOf } from '#engine/vocabulary/request.ts';
import { requestsOf, type Setup, setupKey } from '#engine/vocabulary/setup.ts';
import type { Asking } from '#components/widgets/kit/runner/runner.ts';
import type { Getting } from '#components/widgets/kit/use-answer.ts';
import { type Lane, laneWith } from '#views/duel/lanes.ts';
import { type Duel, duelOf } from './duel.ts';

/** The runs of a figure as the book publishes them. */
export interface Published {
  /** Key of the setup that was run: those of another build or figure are not taken. */
  readonly key: string;
  readonly lanes: readonly { readonly run: Run; readonly standing?: Standing | undefined }[];
}

/** Lanes that the book has, by the keys of their requests. */
const published = new Map<string, Promise<Lane>>();

/** Takes the published runs of a figure from the book; if they do not come, they are computed like any other. */
export function offerPublished(address: string, setup: Setup): void {
  const data = fetched(address, setupKey(setup));
  requestsOf(setup).forEach((request, index) => {
    const key = keyOf(request);
    if (published.has(key)) return;
    const lane = data.then(({ lanes }) => {
      const { run, standing } = lanes[index] ?? missing();
      return laneWith(run, standing);
    });
    lane.catch(() => published.delete(key));
    published.set(key, lane);
  });
}

async function fetched(address: string, key: string): Promise<Published> {
  const response = await fetch(address);
  const data = (await response.json()) as Partial<Published> | null;
  return data?.key === key && Array.isArray(data.lanes) ? (data as Published) : missing();
}

function missing(): never {
  throw new Error('no published runs of this figure');
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
