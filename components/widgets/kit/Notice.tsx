/** One line for the reader above what it is about: what was replaced, what was wrong, what did not work. */
import type { JSX } from 'preact';
import { Words } from './Words.tsx';

interface NoticeProps {
  readonly text: string;
  /** What can be done about it. */
  readonly again?: { readonly label: string; readonly act: () => void } | undefined;
  /** Remarks are not announced; the others interrupt. */
  readonly quiet?: boolean;
}

export const Notice = ({ text, again, quiet = false }: NoticeProps): JSX.Element => (
  <p class="notice" role={quiet ? undefined : 'alert'}>
    <Words>{text}</Words>
    {again !== undefined && (
      <button type="button" class="button" onClick={again.act}>
        {again.label}
      </button>
    )}
  </p>
);
