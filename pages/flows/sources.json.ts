/** Titles of the sources, for the cards of figures: fetched when a reader opens the first one. */
import type { APIRoute } from 'astro';
import { getCollection } from 'astro:content';

export const GET: APIRoute = async () => {
  const sources = await getCollection('sources');
  return Response.json(Object.fromEntries(sources.map(({ id, data }) => [id, data.title])));
};
