/** A thing that is on or off. */
import type { JSX } from 'preact';

interface SwitchProps {
  readonly label: string;
  readonly on: boolean;
  readonly onChange: (on: boolean) => void;
}

export const Switch = ({ label, on, onChange }: SwitchProps): JSX.Element => (
  <label class="check">
    <input
      type="checkbox"
      checked={on}
      onChange={({ currentTarget }) => onChange(currentTarget.checked)}
    />
    {label}
  </label>
);
