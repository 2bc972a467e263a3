/** Places of which only so many can be taken at a time. */
export class Room {
  private readonly size: number;
  private taken = 0;

  constructor(size: number) {
    this.size = size;
  }

  /** Takes places; false when not so many are free. */
  take(places = 1): boolean {
    if (this.taken + places > this.size) return false;
    this.taken += places;
    return true;
  }

  give(places = 1): void {
    this.taken -= places;
  }
}
