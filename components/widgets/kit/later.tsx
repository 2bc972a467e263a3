/** Parts of a widget that are loaded when a reader asks for them. */
import type { ComponentType, JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { Notice } from './Notice.tsx';

interface Later<Props> {
  (props: Props): JSX.Element | null;
  /** Loads it beforehand, so that it is drawn at once. Never rejects: what is missing says so in its place. */
  readonly load: () => Promise<void>;
}

/**
 * A browser that could not load a file once does not ask for it again as long as the page lives. The address holds what
 * the reader sees, so the page is loaded anew; but only if it is there, or all would be lost.
 */
async function reloadIfThere(): Promise<void> {
  try {
    const { ok } = await fetch(location.href, { cache: 'no-store' });
    if (!ok) return;
    (await import('./address/link.ts')).writeNow();
    location.reload();
  } catch {
    // Still offline: the sentence stays.
  }
}

type Loaded<Props> = ComponentType<Props> | 'missing' | undefined;

/**
 * A component that is loaded when it is first shown; until then there is nothing in its place. If it cannot be had
 * (offline, or the book was published anew meanwhile), a sentence and a way to try again stand there.
 *
 * @param called what it is, as the beginning of a sentence: "The table of steps"
 */
export function later<Props extends object>(
  called: string,
  fetch: () => Promise<ComponentType<Props>>,
): Later<Props> {
  let loaded: Loaded<Props>;
  const load = async (): Promise<void> => {
    if (typeof loaded === 'function') return;
    try {
      loaded = await fetch();
    } catch {
      loaded = 'missing';
    }
  };
  function Later(props: Props): JSX.Element | null {
    const [Part, setPart] = useState<Loaded<Props>>(() => loaded);
    const show = async (again = false): Promise<void> => {
      await load();
      if (again && loaded === 'missing') await reloadIfThere();
      setPart(() => loaded);
    };
    useEffect(() => {
      if (typeof Part !== 'function') void show();
    }, []);
    if (Part === undefined) return null;
    if (typeof Part === 'function') return <Part {...props} />;
    return (
      <Notice
        text={`${called} could not be loaded. The connection may be down, or this page may be an older edition. `}
        again={{ label: 'Try again', act: () => void show(true) }}
      />
    );
  }
  return Object.assign(Later, { load });
}
