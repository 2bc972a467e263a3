/** The widget on the whole screen; where the browser cannot do that, nothing. */
import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';

export function FullScreen(): JSX.Element | null {
  const full = useFullScreen();
  if (!document.fullscreenEnabled) return null;
  const change = async (button: HTMLElement): Promise<void> => {
    try {
      await (full ? document.exitFullscreen() : button.closest('.figure')?.requestFullscreen());
    } catch {
      // A frame that does not allow it: the page stays as it is.
    }
  };
  return (
    <button
      type="button"
      class="button"
      onClick={({ currentTarget }) => void change(currentTarget)}
    >
      {full ? 'Leave full screen' : 'Full screen'}
    </button>
  );
}

export function useFullScreen(): boolean {
  const [full, setFull] = useState(false);
  useEffect(() => {
    const onChange = (): void => setFull(document.fullscreenElement !== null);
    document.addEventListener('fullscreenchange', onChange);
    return () => document.removeEventListener('fullscreenchange', onChange);
  }, []);
  return full;
}
