/**
 * Units as types. A point in time and a length of time are different things, and so are bytes and
 * addresses; the compiler keeps them apart. Time is integer nanoseconds: 2^53 ns is 104 days.
 */
declare const unit: unique symbol;
type Quantity<U extends string> = number & { readonly [unit]: U };

/** A point on the simulated clock, in nanoseconds since the run began. */
export type Instant = Quantity<'instant'>;
/** A length of simulated time, in nanoseconds. */
export type Duration = Quantity<'duration'>;
/** A guest-physical address. */
export type Gpa = Quantity<'gpa'>;

export const instant = (ns: number): Instant => ns as Instant;
export const duration = (ns: number): Duration => ns as Duration;
export const gpa = (address: number): Gpa => address as Gpa;

/** The instant a length of time after another. */
export const after = (at: Instant, by: Duration): Instant => (at + by) as Instant;
/** The length of time between two instants. */
export const between = (from: Instant, to: Instant): Duration => (to - from) as Duration;

export const microseconds = (us: number): Duration => duration(us * 1_000);
export const milliseconds = (ms: number): Duration => duration(ms * 1_000_000);
