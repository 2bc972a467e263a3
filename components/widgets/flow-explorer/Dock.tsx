/** The verbs at hand: a bar that stays in view while the figure is. */
import type { JSX } from 'preact';
import { command, type CommandId, goTo, position, stops } from './commands.ts';
import { sentenceAt, whereAt } from './saying.ts';
import type { Scene } from './Stage.tsx';
import type { Explorer } from './use-explorer.ts';

interface Props {
  readonly explorer: Explorer;
  readonly scene: Scene;
}

export function Dock({ explorer, scene }: Props): JSX.Element {
  const { context } = explorer;
  const all = stops(context);
  const at = position(context);
  const number = at < 0 ? 0 : all.findLastIndex((column) => column <= at) + 1;
  const where = whereAt(scene);
  const sentence = sentenceAt(scene);
  const scrub = (value: number): void => {
    const column = all[value - 1];
    explorer.set(column === undefined ? { ...context.state, cursor: null } : goTo(context, column));
  };
  return (
    <div class="dock" role="group" aria-label="Step through the flow">
      <div class="at-hand">
        <span class="where">{where}</span>
        <span class="now">{sentence}</span>
        <div class="verbs">
          <Verb id="back" explorer={explorer} icon="◀" hideLabel />
          <Verb id="forward" explorer={explorer} icon="▶" primary />
          <Verb id="next-crossing" explorer={explorer} icon="⇥" />
          <Verb id={context.state.playing ? 'pause' : 'play'} explorer={explorer} />
        </div>
      </div>
      <div class="transport">
        <button
          type="button"
          class="button speed"
          aria-label={`Speed ${context.state.speed} times`}
          onClick={() => explorer.perform('speed')}
        >
          {context.state.speed}×
        </button>
        <input
          class="scrub"
          type="range"
          min={0}
          max={all.length}
          step={1}
          value={number}
          aria-label="Step"
          aria-valuetext={number === 0 ? 'the whole picture' : `${where}: ${sentence}`}
          onInput={({ currentTarget }) => scrub(Number(currentTarget.value))}
        />
        {context.state.cursor !== null && <Verb id="clear" explorer={explorer} />}
      </div>
    </div>
  );
}

interface VerbProps {
  readonly id: CommandId;
  readonly explorer: Explorer;
  readonly icon?: string;
  readonly primary?: boolean;
  readonly hideLabel?: boolean;
}

/** A command as a button; without its moment it stays where it is, so that fingers find it again. */
function Verb({ id, explorer, icon, primary, hideLabel }: VerbProps): JSX.Element {
  const { label, when } = command(id);
  const enabled = when(explorer.context);
  return (
    <button
      type="button"
      class={`button verb ${id}${primary ? ' primary' : ''}`}
      aria-disabled={!enabled}
      aria-label={label}
      onClick={() => explorer.perform(id)}
    >
      {!hideLabel && <span class="label">{label}</span>}
      {icon !== undefined && (
        <span class="icon" aria-hidden="true">
          {icon}
        </span>
      )}
    </button>
  );
}
