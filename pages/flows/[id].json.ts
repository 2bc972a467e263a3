/** What figures publish as data, such as the runs of a duel: a page fetches it when a reader begins to step. */
import type { APIRoute, GetStaticPaths } from 'astro';
import { figures, kindOf } from '#figures/index.ts';

export const getStaticPaths = (() =>
  [...figures].flatMap(([id, figure]) => {
    const data = kindOf(id, figure).publish?.(figure);
    return data === undefined ? [] : [{ params: { id }, props: { data } }];
  })) satisfies GetStaticPaths;

export const GET: APIRoute<{ data: object }> = ({ props }) => Response.json(props.data);
