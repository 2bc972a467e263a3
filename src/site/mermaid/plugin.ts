import { createHash } from 'node:crypto';
import { Worker } from 'node:worker_threads';
import type { MdastPluginDefinition } from 'satteri';

export type Request = { readonly id: string; readonly code: string };
export type Drawing = { readonly id: string } & (
  { readonly svg: string } | { readonly error: string }
);

let worker: Worker | undefined;
const drawn = new Map<string, Promise<string>>();

/** Draws one diagram as an SVG whose colours are tokens of the theme. The same code is drawn once. */
export function drawMermaid(code: string): Promise<string> {
  const id = `diagram-${createHash('sha256').update(code).digest('hex').slice(0, 8)}`;
  const before = drawn.get(id);
  if (before) return before;
  const drawing = rulesOf(code).then(() => ask({ id, code }));
  drawn.set(id, drawing);
  return drawing;
}

/** What a diagram must say so that everyone can read it, in both themes. */
async function rulesOf(code: string) {
  for (const word of ['accTitle', 'accDescr'])
    if (!new RegExp(`^\\s*${word}\\s*[:{]`, 'm').test(code))
      throw new Error(`a mermaid diagram needs a line "${word}: ..." for those who cannot see it`);
  const colour = /#[0-9a-f]{3,8}\b|\brgba?\(/i.exec(code);
  if (colour)
    throw new Error(
      `a mermaid diagram must not fix a colour (${colour[0]}): it is unreadable in one theme`,
    );
}

function ask(request: Request): Promise<string> {
  worker ??= new Worker(new URL('./worker.ts', import.meta.url));
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const thread = worker;
  const take = (drawing: Drawing) => {
    if (drawing.id !== request.id) return;
    thread.off('message', take);
    thread.unref();
    if ('svg' in drawing) resolve(drawing.svg);
    else
      reject(new Error(`this mermaid diagram cannot be drawn: ${drawing.error}\n${request.code}`));
  };
  thread.ref();
  thread.on('message', take);
  thread.once('error', reject);
  thread.postMessage(request);
  return promise;
}

/** Turns the mermaid blocks of chapters into pictures while the book is built. */
export function mermaidDiagrams(): MdastPluginDefinition {
  return {
    name: 'mermaid-diagrams',
    async code(node) {
      if (node.lang !== 'mermaid') return;
      const svg = await drawMermaid(node.value);
      return {
        type: 'mdxJsxFlowElement',
        name: 'figure',
        attributes: [
          { type: 'mdxJsxAttribute', name: 'class', value: 'diagram not-content' },
          { type: 'mdxJsxAttribute', name: 'set:html', value: svg },
        ],
        children: [],
      };
    },
  };
}
