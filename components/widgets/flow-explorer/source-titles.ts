/** Titles of sources, fetched once for all figures of a page when the first step is shown. */
import { useEffect, useState } from 'preact/hooks';

type Titles = Readonly<Record<string, string>>;

let asked: Promise<Titles> | undefined;

/** Without an answer the cards show the sources' keys, which lead to the same place. */
async function fetched(): Promise<Titles> {
  try {
    const response = await fetch(`${import.meta.env.BASE_URL}flows/sources.json`);
    const titles: unknown = response.ok ? await response.json() : {};
    return typeof titles === 'object' && titles !== null ? (titles as Titles) : {};
  } catch {
    return {};
  }
}

export function useSourceTitles(): Titles {
  const [titles, setTitles] = useState<Titles>({});
  useEffect(() => {
    void (asked ??= fetched()).then(setTitles);
  }, []);
  return titles;
}
