/**
 * The Linux netvsc driver with a virtual function below it (drivers/net/hyperv, Linux 6.1; accelerated networking).
 * Models: the frame that netvsc hands on to the driver of the virtual function (netvsc_vf_xmit), received frames that
 * it takes over from there (netvsc_vf_handle_frame), and what happens before the virtual function is taken away: frames
 * go through VMBus from then on, and the host is told to switch the data path (netvsc_switch_datapath).
 * Leaves out: how both are paired and first switched over, broadcast and first packets of connections, which some hosts
 * send through VMBus, frames that the virtual function still has when it is closed: they are sent.
 * Checked against: tests/engine/devices/netvsc-vf; Linux, netvsc_drv.c.
 */
import { dataPath } from '../memory/nvsp.ts';
import { largeFrameBytes } from '../memory/segmentation.ts';
import type { Activity } from '../vocabulary/trace.ts';
import {
  type Driver,
  driverWork,
  type GuestFrame,
  type GuestKernel,
  type NetworkDriver,
  type NetworkDriverEntry,
  type RingLimit,
} from './driver.ts';
import { LinuxNetvsc } from './netvsc.ts';
import { LinuxIxgbevf, sriovVf } from './sriov-vf.ts';

const source = 'linux-netvsc';
const activities = {
  handOn: {
    sentence:
      'The driver of the synthetic adapter hands the frame on to that of the virtual function',
    evidence: 'documented',
    source,
    prices: driverWork,
  },
  takeOver: {
    sentence: 'The driver of the synthetic adapter takes the received frame over as one of its own',
    evidence: 'documented',
    source,
    prices: driverWork,
  },
} as const satisfies Record<string, Activity>;

class LinuxNetvscWithVf implements NetworkDriver {
  private readonly kernel: GuestKernel;
  private readonly synthetic: LinuxNetvsc;
  private readonly virtualFunction: LinuxIxgbevf;
  private usesVf = true;
  private pollsVf = false;

  constructor(kernel: GuestKernel) {
    this.kernel = kernel;
    this.virtualFunction = new LinuxIxgbevf(kernel, activities.takeOver);
    this.synthetic = new LinuxNetvsc(kernel);
  }

  *open(): Driver {
    yield* this.virtualFunction.open();
    yield* this.synthetic.open();
  }

  hasRoom(): boolean {
    return this.usesVf ? this.virtualFunction.hasRoom() : this.synthetic.hasRoom();
  }

  *transmit(frame: GuestFrame, more: boolean): Driver {
    if (!this.usesVf) return yield* this.synthetic.transmit(frame, more);
    yield this.kernel.work(activities.handOn);
    yield* this.virtualFunction.transmit(frame);
  }

  /** From here on no frame goes to the virtual function; the host steers received ones when it has heard of it. */
  *leave(): Driver {
    if (!this.usesVf) return;
    this.usesVf = false;
    yield* this.synthetic.switchDataPath(dataPath.synthetic);
  }

  interrupt(): Driver {
    this.pollsVf = true;
    return this.virtualFunction.interrupt();
  }

  interruptOfStandby(event: number): Driver {
    return this.synthetic.interrupt(event);
  }

  *poll(budget: number): Driver<boolean> {
    if (this.pollsVf) {
      // Its last access enables the vector again, which may interrupt at once.
      this.pollsVf = false;
      if (yield* this.virtualFunction.poll(budget)) this.pollsVf = true;
    }
    if (this.synthetic.wantsPoll) yield* this.synthetic.poll(budget);
    return this.pollsVf || this.synthetic.wantsPoll;
  }
}

/** Both drivers make their rings as they do by themselves. */
const fixed = ({ usual, entryBytes }: RingLimit): RingLimit => ({
  usual,
  min: usual,
  max: usual,
  how: 'as the driver of the virtual function makes it',
  entryBytes,
});

export const netvscVf: NetworkDriverEntry = {
  id: 'linux-netvsc-vf',
  title: 'Linux netvsc over ixgbevf',
  device: 'netvsc-vf',
  kind: 'network',
  largeSend: largeFrameBytes,
  ...(sriovVf.stopCounters && { stopCounters: sriovVf.stopCounters }),
  rings: { transmit: fixed(sriovVf.rings.transmit), receive: fixed(sriovVf.rings.receive) },
  create: (kernel) => new LinuxNetvscWithVf(kernel),
};
