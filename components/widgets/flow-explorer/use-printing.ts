/** Whether the page is being printed; what paper needs is fetched at the first sign of a reader. */
import { useEffect, useState } from 'preact/hooks';
import { fetchEarly } from './later.tsx';

/** Drawn for a column of text, which a page shows at three quarters: small, and nothing of it is left out. */
export const printedWidth = 932;

const signs = ['pointermove', 'pointerdown', 'keydown', 'scroll', 'focusin'] as const;

export function usePrinting(): boolean {
  const [printing, setPrinting] = useState(false);
  useEffect(() => {
    const begin = (): void => setPrinting(true);
    const end = (): void => setPrinting(false);
    for (const sign of signs) addEventListener(sign, fetchEarly, { once: true });
    addEventListener('beforeprint', begin);
    addEventListener('afterprint', end);
    return () => {
      for (const sign of signs) removeEventListener(sign, fetchEarly);
      removeEventListener('beforeprint', begin);
      removeEventListener('afterprint', end);
    };
  }, []);
  return printing;
}
