/**
 * What a request asks for and its machine does not heed. An option is honoured, refused, or named here with the reason;
 * whether it is heeded is not declared but tried: the same request without it must come out otherwise.
 */
import { architectureOf, runRequest, scenarioFor } from './catalogue.ts';
import { type Request, type Settings, settings } from './vocabulary/request.ts';

/** A setting that is not heeded, as it is typed, and what a reader must know of it. */
export interface Remark {
  readonly setting: string;
  readonly says: string;
}

/** Requests above which nothing is tried: each trial is a run. */
const mostTried = 5000;

/** Why a setting may change nothing; the device of the run is `{device}`. */
const reasons: Readonly<Record<keyof Settings, string>> = {
  operation: 'the device does the same for all of its operations',
  count: 'the run is the same for any number of requests',
  bytes: 'the operation moves no data of this size',
  pattern: 'requests meet each other in no pattern here',
  batch: 'what is asked for at once makes no difference here',
  queueDepth: 'never are more requests under way than that',
  rate: 'requests do not arrive at random',
  vms: 'the machines share nothing',
  processors:
    'the driver of {device} has one queue, or all there is to do belongs to one flow of frames: virtual processor 0 does it',
  interrupts: 'the device raises none in this run',
  driver: 'the drivers do the same here',
  variant: 'the variants of the chip do the same here',
  scheduler: 'no virtual processor is scheduled in this run',
  policies: 'the host has nothing to choose in this run',
  moves: 'nothing of this run passes the role',
  generation: 'the device is the same in both generations',
  integrationServices: '{device} is emulated and needs none of their drivers',
  faults: 'the run is over before, or never comes to the part',
  parameters: 'nothing in this run is charged with it',
  seed: 'nothing in this run is left to chance',
  window: 'it shortens the trace and changes no count',
  rings: 'the ring never has more to hold',
  flows: 'all of them share one queue of {device}',
  sentAs: 'what is sent goes out in one piece',
};

/** What a request asks for and a guest would not do or heed; settings are not tried where that takes too long. */
export const remarksOn = (request: Request): Remark[] => [
  ...unusual(request),
  ...withoutEffect(request),
];

/** A device that the guest leaves to another driver where it has its integration services. */
function unusual(request: Request): Remark[] {
  const { platform, subject } = scenarioFor(request);
  const { device, integrationServices } = subject.vms[0];
  const leftTo = architectureOf(platform).devices[device]?.leftTo;
  if (!integrationServices || leftTo === undefined) return [];
  const cure = `for that ask for ${leftTo.device}; this run is one without them`;
  return [{ setting: `device ${device}`, says: `${leftTo.says}: ${cure}` }];
}

function withoutEffect(request: Request): Remark[] {
  const { vms = 1, count = 1 } = request;
  if (vms * count > mostTried) return [];
  const outcome = outcomeOf(request);
  return settings.flatMap(({ key, word, kind }) => {
    const value = request[key];
    if (value === undefined || key === 'window') return [];
    const others = withoutSetting(request, key);
    if (isDefault(request, others, key) || outcomeOf(others) !== outcome) return [];
    const text = (kind.write as (value: unknown) => readonly string[])(value).join(' ');
    return [
      {
        setting: `${word} ${text}`,
        says: `changes nothing: ${reasons[key].replace('{device}', request.device)}`,
      },
    ];
  });
}

function withoutSetting(request: Request, key: keyof Settings): Request {
  const { [key]: _left, ...others } = request;
  return key === 'rate' ? { ...others, pattern: 'open' } : others;
}

/** Whether leaving it out asks for the same, and the value was taken: then it is honoured. */
function isDefault(request: Request, others: Request, key: keyof Settings): boolean {
  const [asked, without] = [request, others].map((each) => JSON.stringify(scenarioFor(each)));
  if (asked !== without) return false;
  return key !== 'bytes' || scenarioFor(request).subject.vms[0].load.bytes === request.bytes;
}

/** All that a run counts and measures, as text. Throws where the request cannot be run, as `runRequest` does. */
function outcomeOf(request: Request): string {
  const { totals, statistics, outcome, ended } = runRequest({ ...request, window: 0 });
  return JSON.stringify({ totals, statistics, outcome, ended });
}
