import { defineRouteMiddleware, type StarlightRouteData } from '@astrojs/starlight/route-data';

type Entry = StarlightRouteData['sidebar'][number];

/** A chapter is a folder with one page; autogenerate makes it a group of one. Show the page. */
function flatten(entry: Entry): Entry {
  if (entry.type === 'link') return entry;
  const only = entry.entries.length === 1 ? entry.entries[0] : undefined;
  return /^\d+-/.test(entry.label) && only
    ? flatten(only)
    : { ...entry, entries: entry.entries.map(flatten) };
}

export const onRequest = defineRouteMiddleware((context) => {
  const route = context.locals.starlightRoute;
  route.sidebar = route.sidebar.map(flatten);
});
