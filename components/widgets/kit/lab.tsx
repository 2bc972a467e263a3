/**
 * A lab from its model and its picture. The model is data and pure functions, tested without a page; the picture draws
 * one situation. Everything else (controls, dock, keys, address, what is said, what can be taken away, the runner) is
 * the kit's.
 */
import type { ComponentChildren, ComponentType, JSX } from 'preact';
import { useRef } from 'preact/hooks';
import type { Actions } from './actions.ts';
import type { Codec } from './address/address.ts';
import type { Choice } from './controls/choice.ts';
import { Select } from './controls/Select.tsx';
import { Verb } from './controls/Verb.tsx';
import { Dock } from './Dock.tsx';
import { Frame, StateNotice } from './Frame.tsx';
import { Help } from './Help.tsx';
import { Notice } from './Notice.tsx';
import { PrintedAddress } from './page/PrintedAddress.tsx';
import { FullScreen } from './page/FullScreen.tsx';
import { useOnScreen } from './page/use-on-screen.ts';
import { printedWidth, usePrinting } from './page/use-printing.ts';
import { useWidth } from './page/use-width.ts';
import type { Question } from './runner/question.ts';
import { runner } from './runner/runner.ts';
import { Share } from './share/Share.tsx';
import type { Table } from './share/table.ts';
import { fileName, type Taken } from './share/taken.ts';
import { type Stepper, stepping } from './stepping.ts';
import { type Answered, useAnswer } from './use-answer.ts';
import { useSaid } from './use-said.ts';
import { useLinkedState, useWidget, type Widget, type WidgetState } from './use-widget.ts';

/** What a lab knows at a moment. */
export interface LabSituation<S, A> {
  readonly state: S;
  /** What was computed for this state; null while it is not there. */
  readonly data: A | null;
}

/** A question with what goes into it: what the state asks of the runner. */
export interface Inquiry<A> {
  readonly question: Question<unknown, A, unknown>;
  readonly input: unknown;
}

export const inquiry = <I, A, P>(question: Question<I, A, P>, input: I): Inquiry<A> => ({
  question: question as Question<unknown, A, unknown>,
  input,
});

export interface LabModel<S extends WidgetState, A> {
  /** Key in the address, and anchor. */
  readonly id: string;
  readonly original: S;
  readonly codec: Codec<S>;
  readonly ask: (state: S) => Inquiry<A>;
  /** What is walked through, such as "the flow"; with it there are a dock and its keys. */
  readonly stepper?: Stepper<LabSituation<S, A>, S> & { readonly through: string };
  /** Actions beside those of the cursor: each is a button and, if it has one, a key. */
  readonly actions?: Actions<LabSituation<S, A>, S>;
  readonly choices?: (situation: LabSituation<S, A>) => readonly Choice<S>[];
  /** Where the reader is, in a few words, and the sentence of that place: shown, and said once. */
  readonly where: (situation: LabSituation<S, A>) => string;
  readonly sentence: (situation: LabSituation<S, A>) => string;
  /** Title and caption of what is shown now, for what is taken away. */
  readonly title: (state: S) => string;
  readonly caption: (situation: LabSituation<S, A>) => string;
  readonly table?: (data: A) => Table;
}

/** A lab as it is published, for the frame of its figure. */
export const figureOf = <S extends WidgetState, A>(model: LabModel<S, A>, data: A) => ({
  id: model.id,
  title: model.title(model.original),
  caption: model.caption({ state: model.original, data }),
});

/** What the picture of a lab is given. */
export interface PictureProps<S, A> {
  readonly state: S;
  readonly data: A;
  /** Room in pixels. */
  readonly width: number;
  /** How a picture changes the state; in the built page and on paper there is nobody to do it. */
  readonly set?: (state: S) => void;
}

export type LabPicture<S, A> = ComponentType<PictureProps<S, A>>;

export interface LabProps {
  /** The built picture. */
  readonly children?: ComponentChildren;
}

/** The actions of a lab: those of its cursor, then its own. */
export const actionsOf = <S extends WidgetState, A>(
  model: LabModel<S, A>,
): Actions<LabSituation<S, A>, S> => [
  ...(model.stepper === undefined ? [] : stepping(model.stepper)),
  ...(model.actions ?? []),
];

/** The island of a lab. */
export function labIsland<S extends WidgetState, A>(
  model: LabModel<S, A>,
  Picture: LabPicture<S, A>,
): (props: LabProps) => JSX.Element {
  const actions = actionsOf(model);
  return function Lab({ children }: LabProps): JSX.Element {
    const place = useRef<HTMLDivElement>(null);
    const measured = useWidth(place);
    const printing = usePrinting();
    const onScreen = useOnScreen(place);
    const linked = useLinkedState({ ...model, codec: () => Promise.resolve(model.codec) });
    const { state } = linked;
    const answered = useLabAnswer(model, state);
    const { current: data, shown } = answered;
    const situation = { state, data };
    const { stepper } = model;
    const widget = useWidget({
      linked,
      actions,
      situation,
      onScreen,
      ...(stepper && { stepper }),
    });
    const [said, say] = useSaid(state);
    const width = printing ? printedWidth : measured;
    return (
      <Frame
        widget={widget}
        place={place}
        live={linked.ready && width > 0 && shown !== null}
        built={children}
        said={said || (state.playing ? '' : model.sentence(situation))}
      >
        {() => (
          <>
            <LabControls model={model} widget={widget} answered={answered} />
            <div class={data === null ? 'stage waiting' : 'stage'} aria-busy={data === null}>
              <div>
                <Picture state={state} data={shown as A} width={width} set={widget.set} />
              </div>
            </div>
            <LabDock model={model} widget={widget} />
            {printing && <PrintedAddress />}
            <Share taken={takenOf(model, widget, Picture, shown as A)} say={say} said={said} />
            <Help actions={actions} />
          </>
        )}
      </Frame>
    );
  };
}

function useLabAnswer<S extends WidgetState, A>(model: LabModel<S, A>, state: S): Answered<A> {
  const { question, input } = model.ask(state);
  const key = `${question.name} ${JSON.stringify(input)}`;
  return useAnswer(key, (onProgress) => runner.ask(question, input, { onProgress }));
}

interface PartProps<S extends WidgetState, A> {
  readonly model: LabModel<S, A>;
  readonly widget: Widget<LabSituation<S, A>, S>;
}

function LabControls<S extends WidgetState, A>({
  model,
  widget,
  answered,
}: PartProps<S, A> & { readonly answered: Answered<A> }): JSX.Element {
  const { problem, progress, again } = answered;
  return (
    <div class="controls">
      <div class="choices">
        {model.choices?.(widget.situation).map((choice) => (
          <Select key={choice.id} choice={choice} onChange={widget.set} />
        ))}
        {model.actions?.map(({ id }) => (
          <Verb key={id} id={id} widget={widget} />
        ))}
        <FullScreen />
      </div>
      <StateNotice widget={widget} />
      {progress !== null && (
        <Notice quiet text={`${progress.done} of ${progress.of} are computed.`} />
      )}
      {problem !== null && (
        <Notice
          text={`This could not be run: ${problem}. `}
          again={{ label: 'Try again', act: again }}
        />
      )}
    </div>
  );
}

function LabDock<S extends WidgetState, A>({ model, widget }: PartProps<S, A>): JSX.Element | null {
  const { stepper } = model;
  if (stepper === undefined) return null;
  const { situation } = widget;
  return (
    <Dock
      widget={widget}
      through={stepper.through}
      walk={stepper.walk(situation)}
      where={model.where(situation)}
      sentence={model.sentence(situation)}
      goTo={(at) => widget.set({ ...stepper.go(situation, at), playing: false })}
    />
  );
}

/** A picture as wide as a page, whatever the reader's screen is. */
const savedWidth = 1216;

function takenOf<S extends WidgetState, A>(
  model: LabModel<S, A>,
  { situation, link }: Widget<LabSituation<S, A>, S>,
  Picture: LabPicture<S, A>,
  data: A,
): Taken {
  const { state } = situation;
  const title = model.title(state);
  const { table } = model;
  return {
    title,
    caption: model.caption(situation),
    file: fileName(title),
    link,
    isPlace: model.stepper !== undefined && model.stepper.walk(situation).at >= 0,
    picture: () => <Picture state={state} data={data} width={savedWidth} />,
    ...(table === undefined ? {} : { table: () => table(data) }),
    data: () => data,
  };
}
