/**
 * What a widget can ask about scenarios. A question is a file `<name>.question.ts` anywhere among the widgets: its
 * default export works on the answer, in a worker where there is one. So a lab brings its own question as one file,
 * and nothing that a page loads names the engine.
 */

/** How far work has come, and what is known already. */
export interface Progress<Partial = never> {
  readonly done: number;
  readonly of: number;
  readonly partial?: Partial;
}

/** Work in slices: each yield is a moment at which it can be cancelled, or the reader is told how far it is. */
export type Working<Answer, Partial = never> = Generator<Progress<Partial>, Answer, void>;

/** The default export of a question's file. Input and answer are plain data. */
export type Answering<Input, Answer, Partial = never> = (
  input: Input,
) => Answer | Working<Answer, Partial>;

/** Whether it is work to be done, rather than an answer. */
export const isWorking = (begun: unknown): begun is Working<unknown, unknown> =>
  typeof begun === 'object' && begun !== null && Symbol.iterator in begun && 'next' in begun;

/** A question by name, with the types of what goes in and comes out. */
export interface Question<Input, Answer, Partial = never> {
  /** Name of its file, without `.question.ts`. */
  readonly name: string;
  readonly types?: (input: Input) => { answer: Answer; partial: Partial };
}

/** `question<Request, Lane>('lane')`: what lane.question.ts answers. */
export const question = <Input, Answer, Partial = never>(
  name: string,
): Question<Input, Answer, Partial> => ({ name });

/** From the page to who answers. */
export type Told =
  | { readonly kind: 'ask'; readonly id: number; readonly name: string; readonly input: unknown }
  | { readonly kind: 'cancel'; readonly id: number };

/** And back. `ready` is said once, when the code has arrived: no limit of time runs before. */
export type Heard =
  | { readonly kind: 'ready' }
  | { readonly kind: 'progress'; readonly id: number; readonly progress: Progress<unknown> }
  | { readonly kind: 'answer'; readonly id: number; readonly answer: unknown }
  | { readonly kind: 'problem'; readonly id: number; readonly message: string };
