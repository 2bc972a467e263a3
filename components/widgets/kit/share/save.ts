/** Hands what a widget shows to the reader as a file. Loaded when it is asked for. */
import { render } from 'preact';
import { standaloneSvg } from './standalone-svg.ts';
import { csvOf } from './table.ts';
import type { Taken } from './taken.ts';

/** Ways to take it as a file, by the ending of its name. */
export type FileKind = 'svg' | 'png' | 'csv' | 'json';

/** Saves a file and returns its name. */
export async function save(taken: Taken, kind: FileKind): Promise<string> {
  const name = `${taken.file}.${kind}`;
  const blob = await blobOf(taken, kind);
  const url = URL.createObjectURL(blob);
  const anchor = document.createElement('a');
  anchor.href = url;
  anchor.download = name;
  anchor.click();
  setTimeout(() => URL.revokeObjectURL(url), 1000);
  return name;
}

async function blobOf(taken: Taken, kind: FileKind): Promise<Blob> {
  switch (kind) {
    case 'svg':
      return new Blob([await svgOf(taken)], { type: 'image/svg+xml' });
    case 'png':
      return pngOf(await svgOf(taken));
    case 'csv':
      return new Blob([csvOf(taken.table?.() ?? { columns: [], rows: [] })], {
        type: 'text/csv;charset=utf-8',
      });
    case 'json':
      return new Blob([`${JSON.stringify(await described(taken), null, 2)}\n`], {
        type: 'application/json',
      });
  }
}

const licenceOf = async ({ link }: Taken): Promise<string> =>
  `Beneath the Guest, licensed under CC BY 4.0. ${await link()}`;

const described = async (taken: Taken) => ({
  title: taken.title,
  caption: taken.caption,
  source: await licenceOf(taken),
  data: taken.data?.() ?? null,
});

/** Draws the picture out of sight, where the page's styles reach it, for as long as it is read. */
async function svgOf(taken: Taken): Promise<string> {
  const below = [taken.caption, ...(taken.notes ?? []), await licenceOf(taken)];
  const place = document.createElement('div');
  place.className = 'out-of-sight';
  document.body.append(place);
  render(taken.picture?.() ?? null, place);
  try {
    return standaloneSvg(place, { title: taken.title, below: below.filter((line) => line !== '') });
  } finally {
    render(null, place);
    place.remove();
  }
}

/** Twice as many pixels as the picture has units, so that it is sharp on a projector. */
const pixelsPerUnit = 2;

async function pngOf(svg: string): Promise<Blob> {
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`;
  await image.decode();
  const canvas = document.createElement('canvas');
  canvas.width = image.naturalWidth * pixelsPerUnit;
  canvas.height = image.naturalHeight * pixelsPerUnit;
  canvas.getContext('2d')?.drawImage(image, 0, 0, canvas.width, canvas.height);
  return new Promise((resolve, reject) =>
    canvas.toBlob((blob) =>
      blob === null ? reject(new Error('the browser makes no PNG')) : resolve(blob),
    ),
  );
}
