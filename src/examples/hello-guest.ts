/** The smallest example: it shows what an example file looks like. */
export default function run(print: (line: string) => void): void {
  // #region greeting
  const guest = 'guest';
  print(`Hello from beneath the ${guest}.`);
  // #endregion greeting
}
