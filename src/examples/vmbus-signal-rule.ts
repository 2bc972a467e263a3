/** A VMBus ring in guest memory: which packets must be signalled. */
import { GuestMemory } from '#engine/memory/guest-memory.ts';
import {
  packetType,
  pageBytes,
  VmbusRing,
} from '#engine/memory/vmbus-ring.ts';

export default function run(print: (line: string) => void): void {
  // #region ring
  const memory = new GuestMemory();
  const at = memory.allocate(2 * pageBytes, pageBytes);
  const guest = new VmbusRing(memory, at, 2 * pageBytes);
  const host = new VmbusRing(memory, at, 2 * pageBytes);

  const publish = (transaction: number): void => {
    const message = new Uint8Array(40);
    const header = new Uint8Array(0);
    const packet = {
      type: packetType.inBand,
      flags: 1,
      transaction,
      header,
      payload: message,
    };
    const { signal } = guest.write(packet);
    const bell = signal ? 'signal' : 'no signal';
    print(
      `packet ${transaction}: ${bell}, ${guest.used} bytes in the ring`,
    );
  };

  publish(1); // the ring was empty: the host must be told
  publish(2); // it has been told
  host.mask(); // the host is awake and drains the ring
  while (host.read() !== undefined) host.release();
  publish(3); // empty again, but the host has masked signals
  const left = host.unmask() ? 'more to read' : 'nothing left';
  print(`the host clears the mask and looks again: ${left}`);
  host.read();
  host.release();
  publish(4); // the host sleeps: the next packet signals
  // #endregion ring
}
