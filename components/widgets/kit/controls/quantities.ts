/** Parameters of the engine as numbers that a reader can set: for the built page, which hands them to its islands. */
import { parameter } from '#engine/execute.ts';
import type { ParameterId } from '#engine/index.ts';
import type { Quantity } from './quantity.ts';

/** A range over more than this factor is walked by factors. */
const wide = 20;

export function quantityOf(id: ParameterId): Quantity {
  const { title, unit, value, range, standing, source } = parameter(id);
  const [min, max] = range;
  return {
    id,
    title: title.charAt(0).toUpperCase() + title.slice(1),
    unit: unit === 'count' ? '' : unit,
    min,
    usual: value,
    max,
    logarithmic: min > 0 && max / min > wide,
    standing,
    source,
  };
}
