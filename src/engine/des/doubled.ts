/** A copy of twice the length, so that growing by one entry at a time costs little on average. */
export function doubled<A extends Float64Array<ArrayBuffer> | Int32Array<ArrayBuffer>>(
  narrow: A,
  rest = 0,
): A {
  const wide = (
    narrow instanceof Float64Array
      ? new Float64Array(narrow.length * 2)
      : new Int32Array(narrow.length * 2)
  ) as A;
  wide.fill(rest, narrow.length);
  wide.set(narrow);
  return wide;
}
