import { doubled } from './doubled.ts';

const nobody = -1;

/**
 * Who waits at stations: an urgent line and another at each, both first come first served. A customer stands in one
 * at most, and knows who stands behind.
 */
export class Lines {
  /** By line: the urgent one of a station, then the other. Where the first is nobody, the last means nothing. */
  declare private readonly first: Int32Array;
  declare private readonly last: Int32Array;
  private behind = new Int32Array(64);

  constructor(stations: number) {
    this.first = new Int32Array(2 * stations).fill(nobody);
    this.last = new Int32Array(2 * stations);
  }

  push(station: number, urgent: boolean, customer: number): void {
    while (customer >= this.behind.length) this.behind = doubled(this.behind);
    const line = urgent ? 2 * station : 2 * station + 1;
    this.behind[customer] = nobody;
    if (this.first[line] === nobody) this.first[line] = customer;
    else this.behind[this.last[line]!] = customer;
    this.last[line] = customer;
  }

  /** Takes out who is next; there must be somebody. */
  shift(station: number): number {
    const urgent = 2 * station;
    const line = this.first[urgent] === nobody ? urgent + 1 : urgent;
    const customer = this.first[line]!;
    this.first[line] = this.behind[customer]!;
    return customer;
  }
}
