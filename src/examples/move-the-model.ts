/** The way of one trapped access, from the placement of each architecture that emulates devices. */
import { architectures, route } from '#engine/execute.ts';

export default function run(print: (line: string) => void): void {
  // #region route
  for (const architecture of architectures) {
    const model = architecture.placement.emulated?.places['device-model'];
    if (model === undefined || !architecture.hasHypervisor) continue;
    const there = route(architecture, 'access', 'guest', model.domain);
    const back = route(architecture, 'resume', model.domain, 'guest');
    print(`${architecture.title}, device model in the ${model.actor}`);
    for (const { from, kind, to } of [...there, ...back])
      print(`  ${from} -> ${kind} -> ${to}`);
  }
  // #endregion route
}
