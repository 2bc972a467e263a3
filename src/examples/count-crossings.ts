/** One packet, natively and under ESXi: the driver is the same, the exits are not. */
import { runRequest } from '#engine/index.ts';

export default function run(print: (line: string) => void): void {
  // #region count
  for (const architecture of ['native', 'esxi']) {
    const { totals } = runRequest({
      architecture,
      device: 'e1000',
      operation: 'tx',
    });
    const { reads, writes } = totals.accesses;
    print(
      `${architecture}: ${reads + writes} register accesses, ${totals.vmExits['guest']} VM exits`,
    );
  }
  // #endregion count
}
