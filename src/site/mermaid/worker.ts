/**
 * Draws diagrams in a thread of its own, because Mermaid needs the globals of a browser and those
 * must not be seen by the code that builds the pages.
 */
import { parentPort } from 'node:worker_threads';
import { JSDOM } from 'jsdom';
import { optimize } from 'svgo';
import { defaultFontSize, installLayout } from './layout-shim.ts';
import type { Drawing, Request } from './plugin.ts';

/** Mermaid computes with colours, so it gets these; afterwards each becomes a token of the theme. */
const colours = {
  '#a1b201': 'var(--diagram-fill)',
  '#a1b202': 'var(--diagram-line)',
  '#a1b203': 'var(--diagram-border)',
  '#a1b204': 'var(--diagram-text)',
  '#a1b205': 'var(--diagram-note)',
  '#a1b206': 'var(--diagram-group)',
  '#a1b207': 'var(--diagram-ground)',
} as const;
const [fill, line, border, text, note, group, ground] = Object.keys(colours);

const { window } = new JSDOM('<!doctype html><body></body>', { pretendToBeVisual: true });
installLayout(window);
for (const name of [
  'window',
  'document',
  'Element',
  'HTMLElement',
  'SVGElement',
  'Node',
  'CSSStyleSheet',
  'DOMParser',
  'XMLSerializer',
])
  Object.defineProperty(globalThis, name, { value: Reflect.get(window, name), configurable: true });

const { default: mermaid } = await import('mermaid');
mermaid.initialize({
  startOnLoad: false,
  securityLevel: 'strict',
  deterministicIds: true,
  handDrawnSeed: 1,
  look: 'classic',
  theme: 'base',
  htmlLabels: false,
  fontFamily: 'inherit',
  fontSize: defaultFontSize,
  flowchart: { htmlLabels: false, curve: 'linear', padding: 14, wrappingWidth: 240 },
  sequence: {
    mirrorActors: false,
    actorFontSize: defaultFontSize,
    messageFontSize: defaultFontSize,
    noteFontSize: defaultFontSize,
  },
  themeVariables: {
    fontSize: `${defaultFontSize}px`,
    fontFamily: 'inherit',
    background: ground,
    mainBkg: fill,
    primaryColor: fill,
    primaryBorderColor: border,
    primaryTextColor: text,
    secondaryColor: fill,
    secondaryBorderColor: border,
    secondaryTextColor: text,
    tertiaryColor: group,
    tertiaryBorderColor: border,
    tertiaryTextColor: text,
    nodeBorder: border,
    nodeTextColor: text,
    clusterBkg: group,
    clusterBorder: border,
    titleColor: text,
    textColor: text,
    lineColor: line,
    defaultLinkColor: line,
    arrowheadColor: line,
    edgeLabelBackground: ground,
    actorBkg: fill,
    actorBorder: border,
    actorTextColor: text,
    actorLineColor: border,
    signalColor: line,
    signalTextColor: text,
    labelBoxBkgColor: ground,
    labelBoxBorderColor: border,
    labelTextColor: text,
    loopTextColor: text,
    noteBkgColor: note,
    noteBorderColor: border,
    noteTextColor: text,
    activationBkgColor: fill,
    activationBorderColor: border,
    sequenceNumberColor: ground,
    errorBkgColor: ground,
    errorTextColor: text,
  },
});

/** A colour as Mermaid may write it: `#a1b207`, or `rgba(161, 178, 7, 0.5)`. */
function spellings(colour: string): RegExp {
  const last = Number(colour.at(-1));
  return new RegExp(`${colour}|rgba?\\(161, ?178, ?${last}(, ?[\\d.]+)?\\)`, 'gi');
}

/** Colours to tokens, then smaller: what is left of the style sheet keeps its ids and classes. */
function finish(svg: string): string {
  let themed = svg.replaceAll(/\sdata-points="[^"]*"/g, '');
  for (const [colour, token] of Object.entries(colours))
    themed = themed.replaceAll(spellings(colour), token);
  return optimize(themed, {
    floatPrecision: 1,
    plugins: [
      {
        name: 'preset-default',
        params: {
          overrides: {
            cleanupIds: false,
            inlineStyles: false,
            minifyStyles: false,
            collapseGroups: false,
            convertShapeToPath: false,
            mergePaths: false,
            removeDesc: false,
          },
        },
      },
    ],
  }).data;
}

async function draw({ id, code }: Request): Promise<Drawing> {
  try {
    const { svg } = await mermaid.render(id, code);
    return { id, svg: finish(svg) };
  } catch (error) {
    return { id, error: error instanceof Error ? error.message : String(error) };
  }
}

parentPort?.on('message', async (request: Request) => parentPort?.postMessage(await draw(request)));
