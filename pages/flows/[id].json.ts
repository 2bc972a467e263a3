/** The runs of each duel as data, so that a page can step through its figures without loading the engine. */
import type { APIRoute, GetStaticPaths } from 'astro';
import type { Published } from '#components/widgets/flow-explorer/compute.ts';
import { lanesNow } from '#components/widgets/flow-explorer/lanes-now.ts';
import { setupKey } from '#engine/vocabulary/setup.ts';
import { duels } from '#figures/index.ts';

export const getStaticPaths = (() =>
  duels.map(([id, figure]) => ({ params: { id }, props: { figure } }))) satisfies GetStaticPaths;

export const GET: APIRoute<{ figure: (typeof duels)[number][1] }> = ({ props: { figure } }) =>
  Response.json({
    key: setupKey(figure),
    lanes: lanesNow(figure).map(({ run, standing }) => ({ run, standing })),
  } satisfies Published);
