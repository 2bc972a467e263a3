/**
 * The frame of every widget: the built picture until script has something better, the keys, the notice, and the region
 * that says what has changed. What stands in it is the widget's.
 */
import type { ComponentChildren, JSX, RefObject } from 'preact';
import { Notice } from './Notice.tsx';
import type { Situation, Widget, WidgetState } from './use-widget.ts';
import { Announcer } from './Words.tsx';

interface FrameProps<C extends Situation<S>, S extends WidgetState> {
  readonly widget: Widget<C, S>;
  readonly place: RefObject<HTMLDivElement>;
  /** Whether the widget can be drawn; until then `built` stands. */
  readonly live: boolean;
  /** The built picture. */
  readonly built: ComponentChildren;
  /** What has changed, in one sentence; '' while nothing is to be said. */
  readonly said: string;
  readonly children: () => ComponentChildren;
}

export function Frame<C extends Situation<S>, S extends WidgetState>(
  props: FrameProps<C, S>,
): JSX.Element {
  const { widget, place, live, built, said, children } = props;
  const onKeyDown = (event: KeyboardEvent): void => {
    const { target, altKey, ctrlKey, metaKey, shiftKey, defaultPrevented } = event;
    if (defaultPrevented || altKey || ctrlKey || metaKey || shiftKey || takesKeys(target)) return;
    if (event.key === 'Escape' && document.fullscreenElement !== null) {
      void document.exitFullscreen();
      return;
    }
    if (widget.press(event.key)) event.preventDefault();
  };
  return (
    <div class="widget" ref={place} onKeyDown={live ? onKeyDown : undefined}>
      {live ? children() : built}
      {live && <Announcer text={said} />}
    </div>
  );
}

/** The notice of a widget's state. */
export function StateNotice<C extends Situation<S>, S extends WidgetState>({
  widget,
}: {
  readonly widget: Widget<C, S>;
}): JSX.Element | null {
  const { notice } = widget.situation.state;
  return notice === null ? null : <Notice text={notice} />;
}

/** Lists and text fields keep their keys. */
const takesKeys = (target: EventTarget | null): boolean =>
  target instanceof HTMLSelectElement ||
  target instanceof HTMLTextAreaElement ||
  (target instanceof HTMLInputElement && target.type !== 'range' && target.type !== 'checkbox');
