/**
 * Transfers that one context serves one after the other, and which of them it takes together. Most take what they find
 * as it comes. A back end that gathers takes those that wait when it begins, up to a limit, calls the hypervisor once
 * for all of them, and only then tells the guest.
 */
export class Batch {
  /** Transfers that wait for the context. */
  waiting = 0;
  private readonly most: number | undefined;
  /** Transfers of the batch that has begun and are not taken. */
  private left = 0;

  /** With `most`, it gathers up to so many. */
  constructor(most: number | undefined) {
    this.most = most;
  }

  /** Takes one of those that wait; says whether it is the first of its batch. `slept` says so where nothing gathers. */
  take(slept: boolean): boolean {
    this.waiting--;
    if (this.most === undefined) return slept;
    const first = this.left === 0;
    if (first) this.left = Math.min(this.waiting + 1, this.most);
    this.left--;
    return first;
  }

  /** Whether others follow at once, so that the guest is told of all together. */
  get goesOn(): boolean {
    return this.most === undefined ? this.waiting > 0 : this.left > 0;
  }
}
