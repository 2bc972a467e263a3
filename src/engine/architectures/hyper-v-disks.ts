/**
 * Where Hyper-V's disks are served. Models: emulated IDE in the worker process, which reads and writes the virtual
 * disk through the storage stack of the root kernel and is woken again when the disk is done; synthetic SCSI in
 * the root kernel, with the guest's own pages as the target of the transfer.
 * Leaves out: the host's file cache (virtual disks are opened without it), sharing of a virtual disk, host-side
 * queues beyond one, storage spaces and replication between the file system and the disk, the time that the words of
 * programmed I/O take to be moved: a string instruction costs what one access does. The copy between the
 * worker's buffer and the guest's memory is OpenVMM's; of Windows' own worker process it is not published.
 * Checked against: tests/engine/architectures/hyper-v, Voellm 2007 on who serves which controller.
 */
import type { Doing, Placement } from './architecture.ts';
import * as host from './hyper-v-host.ts';
import { copies, disk, diskDriver, only, touchesRing, works, worksOnEntry } from './roles.ts';
import { documented, inferred } from './rows.ts';

const tuning = inferred('ms-storage-tuning');

const rootPlaces: Placement['places'] = {
  'storage-stack': {
    domain: 'root',
    actor: 'storage stack',
    does: {
      submit: [
        works(
          'the parser of the virtual disk and NTFS find the blocks on the physical disk',
          tuning,
          'hyper-v.virtual-disk',
        ),
      ],
      complete: [works('the storage stack completes the I/O of the virtual disk', tuning)],
    },
  },
  'physical-driver': {
    domain: 'root',
    actor: 'physical driver',
    does: diskDriver(
      'the disk’s driver in the root partition',
      documented('ms-hyper-v-architecture'),
    ),
  },
  disk: { domain: 'hardware', actor: 'disk', does: disk },
  ...host.places,
};

const takesCommand = (sentence: string): Doing => worksOnEntry(sentence, documented('openvmm-ide'));

const setsStatus = worksOnEntry(
  'the device model sets the drive’s status',
  documented('openvmm-ide-device'),
);

/** The controller in the worker process; what moves data between its buffer and the guest differs. */
const ide = (submit: readonly Doing[], complete: readonly Doing[]): Placement => ({
  runs: 'inside',
  places: {
    ...rootPlaces,
    'device-model': {
      domain: 'worker',
      actor: 'worker process',
      does: {
        access: [
          works(
            'the device model serves the {op} {register}',
            documented('voellm-2007'),
            'device-model-access',
          ),
        ],
        submit,
        complete,
      },
    },
  },
});

const copiesBuffer = (sentence: string, kind: 'read' | 'write'): Doing =>
  only([kind], copies(sentence, inferred('openvmm-ide-device')));

/** A processor copies the data, as OpenVMM does, before a write and after a read. */
export const ideDma = ide(
  [
    takesCommand('The device model reads the command and its table of regions'),
    copiesBuffer('The worker process copies {bytes} bytes out of guest memory', 'write'),
  ],
  [copiesBuffer('The worker process copies {bytes} bytes into guest memory', 'read'), setsStatus],
);

/** The guest's own accesses to the data register move the data to and from the worker's buffer. */
export const idePio = ide(
  [takesCommand('The device model has the command in its registers')],
  [setsStatus],
);

/** StorVSP works on rings that the guest owns, and the disk moves data to and from the guest's own pages. */
export const synthetic: Placement = {
  runs: 'woken',
  places: {
    ...rootPlaces,
    'device-model': {
      domain: 'root',
      actor: 'service provider',
      does: {
        submit: [
          touchesRing(
            'consume',
            'to host',
            'StorVSP reads the request from the VMBus ring; the data stays in guest memory',
            documented('openvmm-storvsp'),
          ),
        ],
        complete: [
          touchesRing(
            'publish',
            'to guest',
            'StorVSP writes the completion into the ring to the guest',
            documented('openvmm-storvsp'),
          ),
        ],
      },
    },
  },
};
