/** A number on its range: dragged, or moved by keys; Delete brings its usual value back. */
import type { ComponentChildren, JSX } from 'preact';
import { useId } from 'preact/hooks';
import { standingMeanings } from '#views/language/format.ts';
import { Words } from '../Words.tsx';
import { notches, notchOf, type Quantity, quantityText, valueAt } from './quantity.ts';

interface SliderProps {
  readonly quantity: Quantity;
  readonly value: number;
  readonly onChange: (value: number) => void;
  /** Where its source is listed, if it has one. */
  readonly sourceHref?: ((source: string) => string) | undefined;
}

export function Slider({ quantity, value, onChange, sourceHref }: SliderProps): JSX.Element {
  const id = useId();
  const { title, min, usual, max } = quantity;
  const shown = (each: number): string => quantityText(quantity, each);
  return (
    <div class="slider">
      <label for={id}>{title}</label>
      <output for={id}>
        <Words>{shown(value)}</Words>
      </output>
      <input
        id={id}
        type="range"
        min={0}
        max={notches}
        step={1}
        value={notchOf(quantity, value)}
        style={{ '--usual': notchOf(quantity, usual) / notches }}
        aria-valuetext={shown(value)}
        aria-describedby={`${id}-range`}
        onInput={({ currentTarget }) => onChange(valueAt(quantity, Number(currentTarget.value)))}
        onKeyDown={(event) => {
          if (event.key !== 'Delete') return;
          event.preventDefault();
          onChange(usual);
        }}
      />
      <p class="range" id={`${id}-range`}>
        {`${shown(min)} to ${shown(max)}, usually ${shown(usual)}`}
        <Origin quantity={quantity} sourceHref={sourceHref} />
      </p>
    </div>
  );
}

type OriginProps = Pick<SliderProps, 'quantity' | 'sourceHref'>;

function Origin({ quantity, sourceHref }: OriginProps): ComponentChildren {
  const { standing, source } = quantity;
  if (standing === undefined) return null;
  const words = `; ${standing}: ${standingMeanings[standing]}`;
  if (source === undefined || sourceHref === undefined) return words;
  return (
    <>
      {words} (<a href={sourceHref(source)}>source</a>)
    </>
  );
}
