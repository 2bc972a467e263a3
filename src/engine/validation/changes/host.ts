import type { DeviceHost } from '../../devices/device.ts';

/** A device's host on which edges go another way. */
export const hostWith = (host: DeviceHost, fire: DeviceHost['fire']): DeviceHost => ({
  memory: host.memory,
  fire,
  setInterruptLine: (raised) => host.setInterruptLine(raised),
  hold: () => host.hold(),
  schedule: () => host.schedule(),
  defer: () => host.defer(),
  answer: () => host.answer(),
  steerFrames: (here) => host.steerFrames(here),
  after: (nanoseconds, action) => host.after(nanoseconds, action),
});
