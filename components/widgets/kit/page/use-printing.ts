/** Whether the page is being printed: then a widget draws its whole picture for paper. */
import { useEffect, useState } from 'preact/hooks';

/** Drawn for a column of text, which a page shows at three quarters: small, and nothing of it is left out. */
export const printedWidth = 932;

export function usePrinting(): boolean {
  const [printing, setPrinting] = useState(false);
  useEffect(() => {
    const begin = (): void => setPrinting(true);
    const end = (): void => setPrinting(false);
    addEventListener('beforeprint', begin);
    addEventListener('afterprint', end);
    return () => {
      removeEventListener('beforeprint', begin);
      removeEventListener('afterprint', end);
    };
  }, []);
  return printing;
}
