/** The figure on the whole screen; where the browser cannot do that, nothing. */
import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';

export function FullScreen(): JSX.Element | null {
  const full = useFullScreen();
  if (!document.fullscreenEnabled) return null;
  const change = (button: HTMLElement): void =>
    void (full ? document.exitFullscreen() : button.closest('.figure')?.requestFullscreen());
  return (
    <button type="button" class="button" onClick={({ currentTarget }) => change(currentTarget)}>
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
