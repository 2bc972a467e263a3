/** Every figure of the book: the files of this folder, by name. */
import type { DuelFigure, Figure } from './figure.ts';

const files = import.meta.glob<Figure>(['./*.ts', '!./figure.ts', '!./index.ts'], {
  eager: true,
  import: 'default',
});

export const figures: ReadonlyMap<string, Figure> = new Map(
  Object.entries(files).map(([path, figure]) => [path.replace(/^\.\/|\.ts$/g, ''), figure]),
);

/** The duels, which a reader can load into any other. */
export const duels: readonly (readonly [string, DuelFigure])[] = [...figures].flatMap(
  ([id, figure]) => (figure.kind === 'duel' ? [[id, figure] as const] : []),
);
