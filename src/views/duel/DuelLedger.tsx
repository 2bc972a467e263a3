/** The ledger of the duel: what is counted, with one tick an event, and what it takes. */
import type { JSX } from 'preact';
import type { LaneCursor } from '../lane/cursor.ts';
import type { LaneLayout } from './duel.ts';
import { countWords } from '../lane/counts.ts';
import type { LaneLedger, LedgerCount, LedgerHead } from './duel-ledger.ts';
import { counted } from '../language/format.ts';
import { round } from '../language/geometry.ts';
import { textWidth } from '../language/text.ts';

export function LedgerHeads({ heads }: { readonly heads: readonly LedgerHead[] }): JSX.Element {
  return (
    <>
      {heads.map(({ x, y, lines, anchor }) => (
        <text key={x} class="bg-head-text" x={x} y={y} text-anchor={anchor}>
          {lines.map((text, order) => (
            <tspan key={text} x={x} y={y - (lines.length - 1 - order) * 13}>
              {text}
            </tspan>
          ))}
        </text>
      ))}
    </>
  );
}

/** A wider range stands below the ticks of the column beside it. */
const rangeRoom = 72;

export function LedgerRow({
  ledger,
  cursor,
}: {
  readonly ledger: LaneLedger;
  readonly cursor: LaneCursor | undefined;
}): JSX.Element {
  const { y, crossings, crossingsX, each, counts, latency } = ledger;
  const rangeY = y + (textWidth(latency.range, 11) > rangeRoom ? 37 : 25);
  return (
    <g>
      {crossings === undefined ? (
        <NoHypervisor x={crossingsX} y={y} />
      ) : (
        <>
          <text class="bg-crossings" x={crossingsX} y={y + 8}>
            {crossings}
          </text>
          {each !== '' && (
            <text class="bg-none" x={crossingsX} y={y + 25}>
              {each}
            </text>
          )}
        </>
      )}
      {counts.map((count) => (
        <CountCell key={count.name} count={count} y={y} cursor={cursor} />
      ))}
      <text
        class={latency.value.replace('.', '').length > 2 ? 'bg-total bg-long' : 'bg-total'}
        x={latency.x}
        y={y + 8}
        text-anchor="end"
      >
        {latency.value}
        <tspan class="bg-unit"> {latency.unit}</tspan>
      </text>
      {latency.range !== '' && (
        <text class="bg-range" x={latency.x} y={rangeY}>
          {latency.range}
        </text>
      )}
      {latency.range !== '' && (
        <path
          class={`bg-standing-${latency.standing ?? 'measured'}`}
          d={`M${latency.x - 56} ${rangeY + 5}h56`}
        />
      )}
    </g>
  );
}

const NoHypervisor = ({ x, y }: { readonly x: number; readonly y: number }): JSX.Element => (
  <text class="bg-none" x={x} y={y - 3}>
    <tspan x={x}>no</tspan>
    <tspan x={x} dy={13}>
      hypervisor
    </tspan>
  </text>
);

/** Zeros are quiet; long numbers are smaller, since columns stay where they are. */
function sizeOf(value: number): string {
  if (value === 0) return ' bg-zero';
  if (value < 100) return '';
  return value < 1000 ? ' bg-long' : ' bg-longest';
}

/** Beyond this many, single ticks cannot be told apart. */
const mostTicks = 8;

interface CountCellProps {
  readonly count: LedgerCount;
  readonly y: number;
  readonly cursor: LaneCursor | undefined;
}

function CountCell({ count, y, cursor }: CountCellProps): JSX.Element {
  const { x, value, ticks } = count;
  return (
    <>
      <text class={`bg-total${sizeOf(value)}`} x={x} y={y + 8} text-anchor="middle">
        {value}
      </text>
      {ticks.length > mostTicks ? (
        <TickCount count={count} y={y} cursor={cursor} />
      ) : (
        ticks.map((tick) => (
          <rect
            key={tick.step.key}
            class={cursor?.passedStep(tick.step) === false ? 'bg-tick bg-tick-coming' : 'bg-tick'}
            x={round(tick.x - tick.width / 2)}
            y={y + 17}
            width={round(tick.width)}
            height={9}
          />
        ))
      )}
    </>
  );
}

/** More events than can be told apart: how many, and how many of them are passed. */
function TickCount({ count: { x, ticks }, y, cursor }: CountCellProps): JSX.Element {
  const passed = ticks.filter(({ step }) => cursor?.passedStep(step) !== false).length;
  return (
    <text class="bg-none" x={x} y={y + 25}>
      {passed === ticks.length ? `× ${ticks.length}` : `${passed} of ${ticks.length}`}
    </text>
  );
}

/** The ledger as one line of text, where there is no room beside the field; what does not fit is left out. */
export function LedgerLine({
  layout,
  x,
}: {
  readonly layout: LaneLayout;
  readonly x: number;
}): JSX.Element {
  const { crossings, counts, latency, each: word } = layout.ledger;
  const each = word === '' ? '' : ` ${word}`;
  const words = crossings === 1 ? ' crossing' : ' crossings';
  const lead = crossings === undefined ? '' : `${words}${each}`;
  const all = each === '' ? '' : ' in all';
  const time = `${each === '' ? ' ·' : ';'} ${latency.value} ${latency.unit}${each}`;
  const { title, device } = layout.title;
  const taken = textWidth(title, 15, 650) + textWidth(device, 12.5) + 60;
  const room = x - taken - textWidth(`${lead}${all}${time}`, 12.5);
  const totals = countsIn(counts, room);
  return (
    <text class="bg-ledger-line" x={x} y={layout.title.y}>
      <tspan class="bg-ledger-crossings">{crossings ?? 'no hypervisor'}</tspan>
      {lead}
      {totals}
      {totals !== '' && all}
      {time}
    </text>
  );
}

/** The counts that are not zero, the more telling first to stay. */
function countsIn(counts: readonly LedgerCount[], room: number): string {
  const words = (name: LedgerCount['name'], value: number): string =>
    ` · ${counted(value, ...shortWords(name))}`;
  let shown = counts.filter(({ value }) => value > 0);
  const text = (): string => shown.map(({ name, value }) => words(name, value)).join('');
  for (const name of leftOut) {
    if (textWidth(text(), 12.5) <= room) break;
    shown = shown.filter((count) => count.name !== name);
  }
  return text();
}

/** What is left out first. */
const leftOut: readonly LedgerCount['name'][] = [
  'interrupts',
  'copies',
  'wake-ups',
  'hypercalls',
  'vm-exits',
];

const shortWords = (name: LedgerCount['name']): readonly [string, string] =>
  name === 'interrupts' ? ['interrupt', 'interrupts'] : countWords[name];
