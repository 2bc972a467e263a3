/** The key to the book: all mechanisms with glyph, name and sentence. */
import type { JSX } from 'preact';
import type { Mechanism } from '#engine/index.ts';
import { MechanismGlyph } from './Legend.tsx';
import { meanings } from './meanings.ts';
import { mechanisms, nameOfMechanism } from './mechanisms.ts';

interface MechanismWords {
  readonly mechanism: Mechanism;
  readonly name: string;
  /** One sentence, said of the general case. */
  readonly explains: string;
}

/** Every mechanism with its words, in the order of the legend. */
export const allMechanisms: readonly MechanismWords[] = mechanisms.map((mechanism) => ({
  mechanism,
  name: nameOfMechanism(mechanism),
  explains: meanings[mechanism],
}));

/** All mechanisms as a list. */
export const AllMechanisms = (): JSX.Element => (
  <dl class="bg-mechanisms">
    {allMechanisms.map(({ mechanism, name, explains }) => (
      <div key={mechanism}>
        <dt>
          <MechanismGlyph mechanism={mechanism} /> {name}
        </dt>
        <dd>{explains}</dd>
      </div>
    ))}
  </dl>
);
