/** One packet, natively and under ESXi: one driver, different exits. */
import { runRequest } from '#engine/execute.ts';

export default function run(print: (line: string) => void): void {
  // #region count
  for (const architecture of ['native', 'esxi']) {
    const request = { architecture, device: 'e1000', operation: 'tx' };
    const { accesses, vmExits } = runRequest(request).totals;
    const total = accesses.reads + accesses.writes;
    print(
      `${architecture}: ${total} accesses, ${vmExits['guest']} VM exits`,
    );
  }
  // #endregion count
}
