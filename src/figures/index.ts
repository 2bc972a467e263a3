/** Every figure of the book and every kind of figure: the files of this folder and of `kinds/`, by name. */
import type { Figure, FigureKind } from './figure.ts';
import duel from './kinds/duel.ts';

const kindFiles = import.meta.glob<FigureKind<Figure>>('./kinds/*.{ts,tsx}', {
  eager: true,
  import: 'default',
});

const figureFiles = import.meta.glob<Figure>(['./*.ts', '!./figure.ts', '!./index.ts'], {
  eager: true,
  import: 'default',
});

const byName = <T>(files: Readonly<Record<string, T>>): ReadonlyMap<string, T> =>
  new Map(
    Object.entries(files).map(([path, value]) => [path.replace(/^.*\/|\.tsx?$/g, ''), value]),
  );

export const figureKinds = byName(kindFiles);

export const figures = byName(figureFiles);

/** The kind of a figure, once its data are found good. Throws a RangeError that names the file. */
export function kindOf(id: string, figure: Figure): FigureKind<Figure> {
  const kind = figureKinds.get(figure.kind);
  if (kind === undefined) {
    const known = [...figureKinds.keys()].join(', ');
    throw new RangeError(`src/figures/${id}.ts: unknown kind '${figure.kind}': use ${known}`);
  }
  try {
    kind.check(figure);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new RangeError(`src/figures/${id}.ts: ${error.message}`, { cause: error });
  }
  return kind;
}

/** The figures of a kind, each with the data that its kind declares. */
const figuresOf = <F extends Figure>(kind: FigureKind<F>): ReadonlyMap<string, F> =>
  new Map(
    [...figures].flatMap(([id, figure]) =>
      figureKinds.get(figure.kind) === kind ? [[id, figure as F] as const] : [],
    ),
  );

/** The duels, which a reader can load into any other. */
export const duels = figuresOf(duel);
