/** A number that is typed. What cannot be one is said beside it, and nothing that was typed is lost. */
import type { JSX } from 'preact';
import { useId, useState } from 'preact/hooks';
import { problemWith, type Quantity } from './quantity.ts';

interface NumberFieldProps {
  readonly quantity: Quantity;
  readonly value: number;
  readonly onChange: (value: number) => void;
}

export function NumberField({ quantity, value, onChange }: NumberFieldProps): JSX.Element {
  const id = useId();
  const [typed, setTyped] = useState<string | null>(null);
  const problem = typed === null ? null : problemWith(quantity, typed);
  const type = (text: string): void => {
    const wrong = problemWith(quantity, text) !== null;
    setTyped(wrong ? text : null);
    if (!wrong) onChange(Number(text));
  };
  return (
    <div class="number">
      <label for={id}>{quantity.title}</label>
      <input
        id={id}
        class="button"
        type="text"
        inputMode="decimal"
        autocomplete="off"
        value={typed ?? String(value)}
        aria-invalid={problem !== null}
        aria-describedby={problem === null ? undefined : `${id}-problem`}
        onInput={({ currentTarget }) => type(currentTarget.value)}
        onBlur={() => problem === null && setTyped(null)}
      />
      {quantity.unit !== '' && <span class="muted">{quantity.unit}</span>}
      {problem !== null && (
        <p class="notice" id={`${id}-problem`} role="alert">
          {problem}
        </p>
      )}
    </div>
  );
}
