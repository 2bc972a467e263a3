/** A figure as a file of its own: title, legends, picture and words, with computed styles inlined. */

const properties = [
  'fill',
  'fill-opacity',
  'stroke',
  'stroke-width',
  'stroke-opacity',
  'stroke-dasharray',
  'stroke-linecap',
  'stroke-linejoin',
  'opacity',
  'paint-order',
  'font-family',
  'font-size',
  'font-weight',
  'font-style',
  'text-anchor',
  'dominant-baseline',
  'font-variant-numeric',
  'visibility',
  'overflow',
  'display',
] as const;

const margin = 24;
const lineHeight = 18;
const titleSize = 20;

export interface FigureWords {
  readonly title: string;
  /** What stands under the picture, a paragraph each. */
  readonly below: readonly string[];
}

/** The figure that a place of the page holds, pictures and lists of keys, in the order and places they have there. */
export function standaloneSvg(place: HTMLElement, { title, below }: FigureWords): string {
  const box = place.getBoundingClientRect();
  const at = { x: margin - box.left, y: margin + titleSize + 16 - box.top };
  const pictures = [...place.querySelectorAll('svg')].map((svg) => placed(svg, at));
  const keys = [...place.querySelectorAll('li')].map((item) => keyWords(item, at));
  const ground = getComputedStyle(document.body);
  const muted = getComputedStyle(place.querySelector('li') ?? document.body).color;
  const words = below.flatMap((line) => wrapped(line, Math.floor(box.width / 6.6)));
  const top = margin + titleSize + 16 + box.height + 10;
  const outer = {
    width: Math.ceil(box.width + 2 * margin),
    height: Math.ceil(top + words.length * lineHeight + margin),
  };
  const text = words.map((line, index) => textAt(margin, top + (index + 1) * lineHeight, line));
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${outer.width}" height="${outer.height}"`,
    ` viewBox="0 0 ${outer.width} ${outer.height}">`,
    `<rect width="100%" height="100%" fill="${ground.backgroundColor}"/>`,
    `<g font-family="Inter, system-ui, sans-serif" font-size="13" fill="${ground.color}">`,
    `<g font-size="${titleSize}" font-weight="700">${textAt(margin, margin + titleSize - 4, title)}</g>`,
    `<g fill="${muted}">${keys.join('')}</g>${text.join('')}</g>`,
    `${pictures.join('')}</svg>`,
  ].join('');
}

interface Offset {
  readonly x: number;
  readonly y: number;
}

/** A picture where the page has it. */
function placed(svg: SVGSVGElement, by: Offset): string {
  const { left, top, width, height } = svg.getBoundingClientRect();
  const picture = withStyles(svg);
  const attributes = { x: left + by.x, y: top + by.y, width, height };
  for (const [name, value] of Object.entries(attributes))
    picture.setAttribute(name, String(Math.round(value * 10) / 10));
  return new XMLSerializer().serializeToString(picture);
}

/** The words of a key, after its glyph. */
function keyWords(item: HTMLElement, by: Offset): string {
  const { left, top, height } = item.getBoundingClientRect();
  const glyph = item.querySelector('svg')?.getBoundingClientRect();
  const x = (glyph === undefined ? left : glyph.right + 7) + by.x;
  return textAt(x, top + height / 2 + 4.5 + by.y, item.textContent);
}

const textAt = (x: number, y: number, text: string): string =>
  `<text x="${Math.round(x * 10) / 10}" y="${Math.round(y * 10) / 10}">${escaped(text)}</text>`;

/** A copy in which every element carries the styles that the page gives it. */
function withStyles(source: SVGSVGElement): SVGSVGElement {
  const copy = source.cloneNode(true) as SVGSVGElement;
  const from = [source, ...source.querySelectorAll<SVGElement>('*')];
  const to = [copy, ...copy.querySelectorAll<SVGElement>('*')];
  from.forEach((element, index) => {
    const computed = getComputedStyle(element);
    const style = properties.map((name) => `${name}:${computed.getPropertyValue(name)}`).join(';');
    to[index]?.setAttribute('style', style);
    to[index]?.removeAttribute('class');
  });
  return copy;
}

function wrapped(text: string, columns: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + word.length + 1 <= columns) {
      lines[lines.length - 1] = `${last} ${word}`;
    } else lines.push(word);
  }
  return lines;
}

const escaped = (text: string): string =>
  text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');

/** Hands a text to the reader as a file. */
export function saveFile(name: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: 'image/svg+xml' }));
  const anchor = document.createElement('a');
  anchor.href = url;
  anchor.download = name;
  anchor.click();
  setTimeout(() => URL.revokeObjectURL(url), 1000);
}
