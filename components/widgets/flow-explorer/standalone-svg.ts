/** A picture of the page as a file of its own: computed styles inlined, with its caption, link and licence. */

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
  'display',
] as const;

const margin = 24;
const lineHeight = 18;

export function standaloneSvg(source: SVGSVGElement, lines: readonly string[]): string {
  const { width, height } = sizeOf(source);
  const picture = withStyles(source);
  picture.setAttribute('x', String(margin));
  picture.setAttribute('y', String(margin));
  picture.setAttribute('width', String(width));
  picture.setAttribute('height', String(height));
  const ground = getComputedStyle(document.body);
  const words = lines.flatMap((line) => wrapped(line, Math.floor(width / 6.6)));
  const outer = {
    width: width + 2 * margin,
    height: height + 2 * margin + 12 + words.length * lineHeight,
  };
  const text = words
    .map((line, index) => {
      const y = margin + height + 12 + (index + 1) * lineHeight;
      return `<text x="${margin}" y="${y}">${escaped(line)}</text>`;
    })
    .join('');
  const font = `font-family="Inter, system-ui, sans-serif" font-size="13" fill="${ground.color}"`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${outer.width}" height="${outer.height}"`,
    ` viewBox="0 0 ${outer.width} ${outer.height}">`,
    `<rect width="100%" height="100%" fill="${ground.backgroundColor}"/>`,
    new XMLSerializer().serializeToString(picture),
    `<g ${font}>${text}</g></svg>`,
  ].join('');
}

function sizeOf(svg: SVGSVGElement): { width: number; height: number } {
  const { width, height } = svg.viewBox.baseVal;
  if (width > 0) return { width, height };
  const box = svg.getBoundingClientRect();
  return { width: box.width, height: box.height };
}

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
