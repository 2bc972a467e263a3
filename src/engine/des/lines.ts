import { doubled } from './doubled.ts';

const nobody = -1;

/** Lines of customers, first come first served. A customer stands in one at most, and knows who stands behind. */
export class Lines {
  private readonly first: Int32Array;
  private readonly last: Int32Array;
  private behind = new Int32Array(64);

  constructor(count: number) {
    this.first = new Int32Array(count).fill(nobody);
    this.last = new Int32Array(count).fill(nobody);
  }

  isEmpty(line: number): boolean {
    return this.first[line] === nobody;
  }

  push(line: number, customer: number): void {
    while (customer >= this.behind.length) this.behind = doubled(this.behind);
    this.behind[customer] = nobody;
    const last = this.last[line]!;
    if (last === nobody) this.first[line] = customer;
    else this.behind[last] = customer;
    this.last[line] = customer;
  }

  /** Takes the first out; there must be one. */
  shift(line: number): number {
    const customer = this.first[line]!;
    const next = this.behind[customer]!;
    this.first[line] = next;
    if (next === nobody) this.last[line] = nobody;
    return customer;
  }
}
