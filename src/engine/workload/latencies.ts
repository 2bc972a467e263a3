/** Latencies of the requests that are completed, in the order in which they were, for all virtual machines together. */
export class Latencies {
  private values = new Float64Array(1024);
  private used = 0;

  add(ns: number): void {
    if (this.used === this.values.length) {
      const larger = new Float64Array(2 * this.used);
      larger.set(this.values);
      this.values = larger;
    }
    this.values[this.used++] = ns;
  }

  sorted(): Float64Array {
    return this.values.slice(0, this.used).sort();
  }
}
