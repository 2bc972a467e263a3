/** Faults: how far each one reaches follows from where its part lives, and the run around it stays whole. */
import { readdirSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type Architecture,
  type Placement,
  placementOf,
} from '#engine/architectures/architecture.ts';
import { esxi } from '#engine/architectures/esxi.ts';
import { hosted } from '#engine/architectures/hosted.ts';
import { hyperV } from '#engine/architectures/hyper-v.ts';
import { kvm } from '#engine/architectures/kvm.ts';
import { xen } from '#engine/architectures/xen.ts';
import { siteOf, type Situation, verdictOn } from '#engine/faults/radius.ts';
import {
  managementAgent,
  monitor,
  rules,
  sharedProcess,
  stubDomain,
} from '#engine/faults/rules.ts';
import { trustedParts } from '#engine/faults/trust.ts';
import { faultWords } from '#engine/faults/words.ts';
import {
  architectures,
  devices,
  driversOf,
  runRequest,
  runScenario,
  scenarioFor,
} from '#engine/execute.ts';
import {
  type DeviceEntry,
  type Domain,
  operationsOf,
  type Request,
  type Role,
  type Run,
  ScenarioError,
  type VmOutcome,
  type VmState,
} from '#engine/index.ts';
import { type Parts, simulate } from '#engine/simulate.ts';
import { cells, smallBytes } from '../support/requests.ts';

const deviceOf = (id: string): DeviceEntry => devices.find((device) => device.id === id)!;

function situationOf(architecture: Architecture, id: string): Situation {
  const device = deviceOf(id);
  return { device, placement: placementOf(architecture, device) };
}

/** The same situation with a role in another domain. */
const moved = ({ device, placement }: Situation, role: Role, domain: string): Situation => ({
  device,
  placement: {
    ...placement,
    places: { ...placement.places, [role]: { ...placement.places[role]!, domain } },
  },
});

/** The architecture with one domain of another kind. */
const rekinded = (architecture: Architecture, id: string, kind: Domain['kind']): Architecture => ({
  ...architecture,
  domains: architecture.domains.map((domain) => (domain.id === id ? { ...domain, kind } : domain)),
});

const isPresent = <T>(value: T | undefined): value is T => value !== undefined;

/** What a crash does to the machine whose part it is, and to another one that is in that other situation. */
function radius(
  part: string,
  architecture: Architecture,
  situation: Situation,
  other = situation,
): [VmState, VmState] {
  const site = siteOf(part, architecture, situation)!;
  return [verdictOn(site, situation, true).state, verdictOn(site, other, false).state];
}

describe('the blast radius', () => {
  const e1000 = situationOf(esxi, 'e1000');
  const tulip = situationOf(hyperV, 'dec21140');
  const netvsc = situationOf(hyperV, 'netvsc');
  const virtio = situationOf(kvm, 'virtio-net');
  const qemu = situationOf(kvm, 'e1000');
  const stub = situationOf(xen, 'e1000');
  const inVmx = moved(e1000, 'device-model', 'vmx');
  const netfront = situationOf(xen, 'xen-netfront');
  const elsewhere = ['device-model', 'virtual-switch', 'physical-driver'] as const;
  const other = elsewhere.reduce((rest, role) => moved(rest, role, 'another'), netfront);

  // Numbered vector 9 of the dossier on ESXi and its peers.
  test.each<[string, string, Architecture, Situation, Situation, VmState, VmState]>([
    ['driver in the VMkernel', 'physical-driver', esxi, e1000, e1000, 'lost', 'lost'],
    ['driver in the root partition', 'physical-driver', hyperV, netvsc, netvsc, 'lost', 'lost'],
    ['driver in a host kernel', 'physical-driver', kvm, virtio, virtio, 'lost', 'lost'],
    ['driver in a driver domain', 'physical-driver', xen, netfront, netfront, 'paused', 'paused'],
    ['driver in another domain', 'physical-driver', xen, netfront, other, 'paused', 'unaffected'],
    ['e1000 model in the VMkernel', 'device-model', esxi, e1000, e1000, 'lost', 'lost'],
    ['e1000 model in QEMU', 'device-model', kvm, qemu, qemu, 'lost', 'unaffected'],
    ['e1000 model in a stub domain', 'device-model', xen, stub, stub, 'paused', 'unaffected'],
    ['e1000 model moved to VMX', 'device-model', esxi, inVmx, inVmx, 'lost', 'unaffected'],
  ])('%s', (_, part, architecture, own, others, first, second) => {
    expect(radius(part, architecture, own, others)).toEqual([first, second]);
  });

  test.each<[string, Architecture, Situation, VmState, VmState]>([
    ['vsp', hyperV, netvsc, 'lost', 'lost'],
    ['vsp', hyperV, tulip, 'lost', 'lost'],
    ['worker-process', hyperV, netvsc, 'lost', 'unaffected'],
    ['vmx', esxi, e1000, 'lost', 'unaffected'],
    ['management-agent', hyperV, tulip, 'unaffected', 'unaffected'],
    ['management-agent', esxi, e1000, 'unaffected', 'unaffected'],
    ['root-partition', hyperV, tulip, 'lost', 'lost'],
    ['vmkernel', esxi, e1000, 'lost', 'lost'],
    ['hypervisor', esxi, e1000, 'lost', 'lost'],
    ['hypervisor', hyperV, netvsc, 'lost', 'lost'],
    ['hypervisor', xen, netfront, 'lost', 'lost'],
    ['hypervisor', hosted, situationOf(hosted, 'e1000'), 'lost', 'unaffected'],
    ['management-agent', xen, netfront, 'unaffected', 'unaffected'],
    ['virtual-switch', esxi, e1000, 'lost', 'lost'],
    ['virtual-switch', hyperV, netvsc, 'lost', 'lost'],
    ['virtual-switch', xen, netfront, 'paused', 'paused'],
    ['storage-stack', hyperV, situationOf(hyperV, 'storvsc'), 'lost', 'lost'],
    // A part of the host fails for those too whose own I/O does not pass it.
    ['storage-stack', hyperV, netvsc, 'lost', 'lost'],
    ['physical-driver', hyperV, situationOf(hyperV, 'sriov-vf'), 'lost', 'lost'],
    ['vcpu-scheduler', esxi, e1000, 'lost', 'lost'],
    ['vcpu-scheduler', hyperV, netvsc, 'lost', 'lost'],
    ['vcpu-scheduler', kvm, virtio, 'lost', 'lost'],
    ['guest-kernel', esxi, e1000, 'lost', 'unaffected'],
    ['guest-kernel', hyperV, netvsc, 'lost', 'unaffected'],
    ['monitor', esxi, e1000, 'lost', 'unaffected'],
    ['monitor', hosted, situationOf(hosted, 'e1000'), 'lost', 'unaffected'],
    ['qemu', kvm, virtio, 'lost', 'unaffected'],
    ['stub-domain', xen, stub, 'paused', 'unaffected'],
    // A guest with paravirtual devices only does not use its stub domain.
    ['stub-domain', xen, netfront, 'unaffected', 'unaffected'],
  ])('%s of $1.id', (part, architecture, situation, first, second) => {
    expect(radius(part, architecture, situation)).toEqual([first, second]);
  });

  test.each<[string, Architecture, string, VmState, VmState]>([
    ['driver-kernel', hyperV, 'The root partition', 'lost', 'lost'],
    ['driver-kernel', esxi, 'The VMkernel', 'lost', 'lost'],
    ['driver-kernel', kvm, 'The host kernel', 'lost', 'lost'],
    ['driver-kernel', hosted, 'The host kernel', 'lost', 'lost'],
    ['driver-kernel', xen, 'The driver domain', 'paused', 'paused'],
    ['vm-process', hyperV, 'The worker process', 'lost', 'unaffected'],
    ['vm-process', esxi, 'VMX', 'lost', 'unaffected'],
    ['vm-process', kvm, 'QEMU', 'lost', 'unaffected'],
    ['vm-process', hosted, 'VMApp', 'lost', 'unaffected'],
    ['vm-process', xen, 'The stub domain', 'paused', 'unaffected'],
  ])('one word, %s, is $2 on $1.id', (word, architecture, called, first, second) => {
    const device = Object.keys(architecture.devices).find(
      (id) => deviceOf(id).kind === 'network' && deviceOf(id).class === 'emulated',
    )!;
    const situation = situationOf(architecture, device);
    expect(siteOf(word, architecture, situation)?.called).toBe(called);
    expect(radius(word, architecture, situation)).toEqual([first, second]);
  });

  test('a storage stack that is moved into a process is one for all', () => {
    const inProcess = moved(situationOf(esxi, 'pvscsi'), 'storage-stack', 'vmx');
    expect(radius('storage-stack', esxi, inProcess)).toEqual(['paused', 'paused']);
    expect(radius('storage-stack', esxi, inProcess, e1000)).toEqual(['paused', 'unaffected']);
  });

  test('a service provider in the worker process takes one virtual machine', () => {
    const inProcess = moved(netvsc, 'device-model', 'worker');
    expect(radius('vsp', hyperV, inProcess)).toEqual(['lost', 'unaffected']);
  });

  test('a driver in a process is one for all, so its users wait', () => {
    const inProcess = moved(netvsc, 'physical-driver', 'worker');
    expect(radius('physical-driver', hyperV, inProcess)).toEqual(['paused', 'paused']);
    expect(radius('physical-driver', hyperV, inProcess, netvsc)).toEqual(['paused', 'unaffected']);
  });

  test('an agent that is moved into the hypervisor takes it along', () => {
    const inHypervisor = moved(netvsc, 'controlling-function', 'hypervisor');
    expect(radius('management-agent', hyperV, inHypervisor)).toEqual(['lost', 'lost']);
  });

  test.each<[string, Architecture, Situation, boolean, string]>([
    [
      'physical-driver',
      esxi,
      e1000,
      true,
      'The physical driver lives in the domain “VMkernel”, below every virtual machine: when it fails, that domain fails with it; the machine stops, and every virtual machine on it is lost.',
    ],
    [
      'root-partition',
      hyperV,
      netvsc,
      true,
      'The root partition is a kernel that every virtual machine depends on: when it fails, the machine is restarted, and every virtual machine on it is lost.',
    ],
    [
      'vmx',
      esxi,
      e1000,
      false,
      'VMX is a process that each virtual machine has for itself: when it fails, its own virtual machine is lost, and no other; this one has another.',
    ],
    [
      'monitor',
      esxi,
      e1000,
      true,
      'The monitor (VMM) is a monitor that each virtual machine has for itself: when it fails, its own virtual machine is lost, and no other.',
    ],
    [
      'guest-kernel',
      hyperV,
      netvsc,
      true,
      'The guest’s kernel is the kernel of the guest: when it fails, its own virtual machine is lost, and no other.',
    ],
    [
      'driver-domain',
      xen,
      other,
      false,
      'The driver domain is a domain that can be restarted by itself: when it fails, those whose I/O goes through it wait until it has been restarted, and nobody else; this one does not use it.',
    ],
    [
      'stub-domain',
      xen,
      netfront,
      true,
      'The stub domain is a domain that each virtual machine has for its device model: when it fails, its own virtual machine waits for answers that do not come, and no other does; this one does not use it.',
    ],
    [
      'physical-driver',
      hyperV,
      moved(netvsc, 'physical-driver', 'worker'),
      true,
      'The physical driver lives in the domain “worker process”, one process that serves all virtual machines: when it fails, that domain fails with it; those whose I/O goes through it wait until it has been started again, and nobody else.',
    ],
    [
      'management-agent',
      esxi,
      e1000,
      true,
      'The management agent is a process of its own: when it fails, virtual machines run on, because nobody’s I/O goes through it; only their management waits until it is started again.',
    ],
  ])('the sentence of %s of $1.id has the part, its domain and the consequence', (...row) => {
    const [word, architecture, situation, isFirst, sentence] = row;
    const site = siteOf(word, architecture, situation)!;
    expect(verdictOn(site, situation, isFirst).why).toBe(sentence);
  });

  // What an architecture's own source says is documented there, and inferred from it elsewhere.
  test.each<[string, Architecture, Situation, string, string]>([
    ['vmkernel', esxi, e1000, 'documented', 'vmware-kb-337182'],
    ['hypervisor', esxi, e1000, 'documented', 'vmware-kb-337182'],
    ['physical-driver', esxi, e1000, 'documented', 'vmware-kb-337182'],
    ['hypervisor', hyperV, netvsc, 'inferred', 'vmware-kb-337182'],
    ['vmx', esxi, e1000, 'documented', 'vmware-kb-1019471'],
    ['worker-process', hyperV, netvsc, 'inferred', 'vmware-kb-1019471'],
    ['monitor', esxi, e1000, 'documented', 'vmware-kb-332520'],
    ['guest-kernel', esxi, e1000, 'documented', 'vmware-kb-315245'],
    ['guest-kernel', xen, netfront, 'inferred', 'vmware-kb-315245'],
    ['management-agent', hyperV, netvsc, 'documented', 'ms-bpa'],
    ['management-agent', esxi, e1000, 'documented', 'hostd-restart'],
    ['management-agent', kvm, virtio, 'inferred', 'ms-bpa'],
    ['driver-domain', xen, netfront, 'documented', 'xoar-2011'],
    ['stub-domain', xen, stub, 'inferred', 'xen-disaggregation'],
  ])('%s of $1.id is $3', (word, architecture, situation, evidence, source) => {
    const site = siteOf(word, architecture, situation)!;
    expect(verdictOn(site, situation, true)).toMatchObject({ evidence, source });
  });

  test('a row that speaks of a process for one machine says nothing of one for all', () => {
    const inVmxToo = moved(e1000, 'physical-driver', 'vmx');
    const site = siteOf('vmx', esxi, inVmxToo)!;
    expect(verdictOn(site, inVmxToo, true)).toMatchObject({ state: 'paused', source: 'xoar-2011' });
  });

  test('the sources of the rules are in the list', () => {
    const sources = new Set(
      readdirSync('content/sources').map((file) => file.replace(/\.yaml$/, '')),
    );
    const apart = [sharedProcess, stubDomain, monitor, managementAgent];
    const rows = architectures.flatMap(({ parts = [] }) => parts.map(({ fails }) => fails));
    for (const { source } of [...Object.values(rules), ...apart, ...rows.filter(isPresent)])
      if (source !== undefined) expect(sources).toContain(source);
  });
});

describe('words', () => {
  const faultsOf = (device: string, ...faults: string[]) =>
    scenarioFor({ architecture: 'hyper-v', device, faults }).faults;

  test('name a part, when it crashes, and how much of a fault there is', () => {
    expect(
      faultsOf('netvsc', 'vsp', 'worker-process@20000', 'lost-interrupt=3', 'ring-full=500'),
    ).toEqual([
      { kind: 'crash', part: 'vsp', at: null },
      { kind: 'crash', part: 'worker-process', at: 20_000 },
      { kind: 'lost-interrupt', number: 3 },
      { kind: 'ring-full', nanoseconds: 500, at: null },
    ]);
    expect(faultsOf('dec21140', 'integration-services@9', 'lost-interrupt', 'ring-full')).toEqual([
      { kind: 'integration-services-removed', at: 9 },
      { kind: 'lost-interrupt', number: 1 },
      { kind: 'ring-full', nanoseconds: 1_000_000, at: null },
    ]);
  });

  const hyperVHas =
    'hyper-v has physical-driver, device-model, virtual-switch, storage-stack, vcpu-scheduler, management-agent, guest-kernel, vm-process, driver-kernel, hypervisor, vsp, worker-process, root-partition, integration-services, lost-interrupt, ring-full';
  test.each([
    ['hyper-v', 'netvsc', 'vmx', `unknown fault 'vmx': ${hyperVHas}`],
    [
      'esxi',
      'e1000',
      'vsp',
      "unknown fault 'vsp': esxi has physical-driver, device-model, virtual-switch, storage-stack, vcpu-scheduler, management-agent, guest-kernel, vm-process, monitor, driver-kernel, hypervisor, vmx, vmkernel, lost-interrupt, ring-full",
    ],
    [
      'native',
      'e1000',
      'physical-driver',
      "unknown fault 'physical-driver': native has lost-interrupt, ring-full",
    ],
    ['esxi', 'e1000', 'vmx=3', "vmx takes no value: leave out '=3', or say when with '@3'"],
    ['esxi', 'e1000', 'vmx=restart', "vmx cannot be started again by itself: leave out '=restart'"],
    [
      'xen',
      'xen-netfront',
      'driver-domain=7',
      "driver-domain takes no value: leave out '=7', or say when with '@7'",
    ],
    [
      'esxi',
      'e1000',
      'vmx@soon',
      "time of vmx must be a whole number from 0 to 1000000000000, not 'soon'",
    ],
    [
      'esxi',
      'e1000',
      'lost-interrupt=0',
      "lost-interrupt must be a whole number from 1 to 1000000, not '0'",
    ],
    [
      'esxi',
      'e1000',
      'lost-interrupt@7',
      "lost-interrupt is counted, not timed: use lost-interrupt=<number>, not '@7'",
    ],
  ])('%s %s: %s is refused', (architecture, device, fault, message) => {
    expect(() => scenarioFor({ architecture, device, faults: [fault] })).toThrow(
      new ScenarioError(message),
    );
  });
});

/** Requests that the trace says the guest is done with: those of the first virtual machine. */
const completedIn = ({ trace }: Run): number[] =>
  trace.flatMap((event) =>
    event.kind === 'request' && event.state === 'completed' ? [event.request] : [],
  );

const states = ({ outcome }: Run): VmState[] => outcome.map(({ state }) => state);

describe('a crash', () => {
  const load: Request = {
    architecture: 'esxi',
    device: 'e1000',
    count: 40,
    queueDepth: 4,
    vms: 3,
  };

  test('of a driver in the VMkernel ends everything, and what was under way stays undone', () => {
    const run = runRequest({ ...load, faults: ['physical-driver'] });
    expect(states(run)).toEqual(['lost', 'lost', 'lost']);
    for (const { requested, completed, undone } of run.outcome) {
      expect(undone).toBeGreaterThan(0);
      expect(completed).toBeLessThan(40);
      expect(completed + undone).toBe(requested);
    }
    // Up to four requests are asked for at one moment.
    expect(run.outcome[0]!.requested).toBeGreaterThanOrEqual(20);
    expect(run.outcome[0]!.requested).toBeLessThan(24);
  });

  test('of a role that was moved reaches as far as its new place', () => {
    const run = (to: string) =>
      runRequest({
        ...load,
        architecture: 'hyper-v',
        device: 'netvsc',
        moves: [{ role: 'device-model', to }],
        faults: ['device-model'],
      });
    expect(states(run('root'))).toEqual(['lost', 'lost', 'lost']);
    expect(states(run('hypervisor'))).toEqual(['lost', 'lost', 'lost']);
    expect(states(run('worker'))).toEqual(['lost', 'unaffected', 'unaffected']);
  });

  test('happens when it is told to', () => {
    const at = (time: string) =>
      runRequest({ ...load, faults: [`vmx@${time}`] }).outcome[0]!.requested;
    expect(at('0')).toBeLessThan(at('50000'));
    expect(at('50000')).toBeLessThan(at('150000'));
    expect(at('1000000000')).toBe(40);
  });

  test('of VMX takes one machine; the others do all they are asked to', () => {
    const run = runRequest({ ...load, faults: ['vmx'] });
    expect(states(run)).toEqual(['lost', 'unaffected', 'unaffected']);
    expect(run.outcome.map(({ completed }) => completed).slice(1)).toEqual([40, 40]);
  });

  test('of a management agent changes nothing but what is said of it', () => {
    const { outcome: spared, ...run } = runRequest({ ...load, faults: ['management-agent'] });
    const { outcome, ...usual } = runRequest(load);
    expect({ ...run, scenario: 0 }).toEqual({ ...usual, scenario: 0 });
    const counts = ({ requested, completed }: VmOutcome) => [requested, completed];
    expect(spared.map(counts)).toEqual(outcome.map(counts));
  });

  test('ends the work of what has failed', () => {
    const at = 30_000;
    const { trace } = runRequest({ ...load, vms: 1, faults: [`vmkernel@${at}`] });
    // A walk that had begun is written to its end, but nothing follows it.
    expect(trace.at(-1)!.until).toBeLessThan(at + 20_000);
  });
});

describe('a driver domain', () => {
  /** Hyper-V with a second root in which drivers live, both of them restartable. */
  const twin = (text: string): string => (text === 'root' ? 'second' : text);
  const roots = rekinded(hyperV, 'root', 'driver-domain');
  const disaggregated: Architecture = {
    ...roots,
    domains: [
      ...roots.domains,
      { ...roots.domains.find(({ id }) => id === 'root')!, id: 'second' },
    ],
    crossings: [
      ...roots.crossings,
      ...roots.crossings
        .filter(({ from, to }) => from === 'root' || to === 'root')
        .map((crossing) => ({ ...crossing, from: twin(crossing.from), to: twin(crossing.to) })),
    ],
  };
  const { placement, device } = situationOf(hyperV, 'netvsc');
  const second: Placement = {
    ...placement,
    places: Object.fromEntries(
      Object.entries(placement.places).map(([role, place]) => [
        role,
        { ...place, domain: twin(place.domain) },
      ]),
    ),
  };
  const parts = (where: Placement): Parts => ({
    device: deviceOf('netvsc'),
    driver: driversOf(deviceOf('netvsc'))[0]!,
    placement: where,
  });
  const usual = scenarioFor({
    architecture: 'hyper-v',
    device: 'netvsc',
    count: 40,
    queueDepth: 8,
    vms: 2,
    faults: ['physical-driver'],
  });
  const [spec] = usual.subject.vms;
  const run = simulate({ ...usual, subject: { kind: 'io', vms: [spec, spec] } }, disaggregated, [
    parts(placement),
    parts(second),
  ]);

  test('that fails pauses those who use it, and nobody else', () => {
    expect(device.kind).toBe('network');
    expect(states(run)).toEqual(['paused', 'paused', 'unaffected', 'unaffected']);
  });

  test('leaves the requests of its users undone; the others finish', () => {
    const [first, next, ...others] = run.outcome;
    expect(first!.undone).toBe(8);
    expect(next!.undone).toBe(8);
    for (const { requested, completed } of others) expect([requested, completed]).toEqual([40, 40]);
  });
});

describe('a driver domain that is started again', () => {
  const load: Request = {
    architecture: 'xen',
    device: 'xen-netfront',
    count: 600,
    queueDepth: 64,
    vms: 2,
    faults: ['driver-domain=restart@30000'],
  };

  test('makes its users wait, and loses nothing that they hand over', () => {
    const run = runRequest(load);
    expect(states(run)).toEqual(['degraded', 'degraded']);
    for (const { completed, lost } of run.outcome) expect([completed, lost]).toEqual([600, 0]);
    expect(run.outcome[0]!.why).toBe(
      'The driver domain is a domain that can be restarted by itself: when it fails, those whose I/O goes through it wait until it has been restarted, and nobody else. It was started again after 200000000 ns: what the guest handed over waited in the ring.',
    );
    const end = (request: Request) => runRequest(request).trace.at(-1)!.until;
    expect(end(load)).toBeGreaterThan(200_000_000);
    expect(end({ ...load, faults: [] })).toBeLessThan(200_000_000);
  });

  test('takes as long as its parameter says', () => {
    const parameters = { 'xen.driver-domain-restart': 140_000_000 };
    expect(runRequest({ ...load, parameters }).outcome[0]!.why).toContain('after 140000000 ns');
  });

  test('drops what arrives meanwhile', () => {
    const [first] = runRequest({
      ...load,
      operation: 'rx',
      queueDepth: undefined,
      rate: 10_000,
    } as Request).outcome;
    expect(first).toMatchObject({ state: 'degraded' });
    expect(first!.lost).toBeGreaterThan(0);
    expect(first!.why).toContain(
      `${first!.lost} frames that arrived found no room and were dropped`,
    );
  });

  test('is not missed by those who do not use it', () => {
    const run = runRequest({ ...load, count: 4, faults: ['physical-driver=restart@500000000'] });
    expect(states(run)).toEqual(['unaffected', 'unaffected']);
    expect(run.outcome[0]!.why).toContain('meanwhile there was nothing to take');
  });

  test('is refused in a scenario where it cannot be', () => {
    const scenario = scenarioFor({ architecture: 'esxi', device: 'e1000', faults: ['vmx'] });
    const faults = scenario.faults.map((fault) => ({ ...fault, restarts: true as const }));
    expect(() => runScenario({ ...scenario, faults } as typeof scenario)).toThrow(
      new ScenarioError('vmx of esxi cannot be started again by itself: leave out its restart'),
    );
  });
});

describe('what a virtual machine has to trust', () => {
  const trusted = (architecture: Architecture, situation: Situation): string[] =>
    trustedParts(architecture, situation).map(
      ({ role, domain, radius: reach }) => `${role ?? 'itself'} in ${domain.id}, by ${reach}`,
    );

  test.each<[string, Architecture, Situation, string[]]>([
    [
      'Hyper-V, synthetic: the root kernel and the hypervisor',
      hyperV,
      situationOf(hyperV, 'netvsc'),
      [
        'device-model in root, by host',
        'virtual-switch in root, by host',
        'physical-driver in root, by host',
        'vcpu-scheduler in hypervisor, by host',
      ],
    ],
    [
      'Hyper-V, emulated: not its own worker process',
      hyperV,
      situationOf(hyperV, 'dec21140'),
      [
        'virtual-switch in root, by host',
        'physical-driver in root, by host',
        'vcpu-scheduler in hypervisor, by host',
      ],
    ],
    [
      'Hyper-V with its driver in a process: those who use it',
      hyperV,
      moved(situationOf(hyperV, 'dec21140'), 'physical-driver', 'worker'),
      [
        'device-model in worker, by users',
        'virtual-switch in root, by host',
        'physical-driver in worker, by users',
        'vcpu-scheduler in hypervisor, by host',
      ],
    ],
    [
      'KVM: the host kernel, and KVM itself',
      kvm,
      situationOf(kvm, 'e1000'),
      [
        'virtual-switch in host-kernel, by host',
        'storage-stack in host-kernel, by host',
        'physical-driver in host-kernel, by host',
        'vcpu-scheduler in host-kernel, by host',
        'itself in kvm, by host',
      ],
    ],
    [
      'Xen: the driver domain is trusted by its users only',
      xen,
      situationOf(xen, 'xen-netfront'),
      [
        'device-model in driver-domain, by users',
        'virtual-switch in driver-domain, by users',
        'storage-stack in driver-domain, by users',
        'physical-driver in driver-domain, by users',
        'vcpu-scheduler in xen, by host',
      ],
    ],
    [
      'ESXi with its agent in the VMkernel: that too',
      esxi,
      moved(situationOf(esxi, 'sriov-vf'), 'controlling-function', 'vmkernel'),
      ['controlling-function in vmkernel, by host', 'vcpu-scheduler in vmkernel, by host'],
    ],
  ])('%s', (_, architecture, situation, expected) => {
    expect(trusted(architecture, situation)).toEqual(expected);
  });
});

describe('integration services that are removed', () => {
  const load: Request = {
    architecture: 'hyper-v',
    device: 'netvsc',
    count: 10,
    vms: 2,
    faults: ['integration-services'],
  };

  test('leave generation 1 the emulated adapter for its later requests', () => {
    const run = runRequest({ ...load, generation: 1 });
    const [first, second] = run.outcome;
    expect(first).toMatchObject({
      state: 'degraded',
      path: 'DEC 21140 (emulated), served in the domain “worker process”',
      requested: 10,
      completed: 10,
    });
    expect(second).toMatchObject({ state: 'unaffected', completed: 10 });
    expect(completedIn(run)).toHaveLength(5);
    const later = runScenario(first!.continues!);
    expect(later.world.device.id).toBe('dec21140');
    expect(completedIn(later)).toHaveLength(5);
    expect(later.totals.latencyNs.default).toBeGreaterThan(run.totals.latencyNs.default);
  });

  test('leave generation 2 nothing: what is under way is finished, and no more', () => {
    const [first] = runRequest({ ...load, generation: 2 }).outcome;
    expect(first).toMatchObject({ state: 'paused', requested: 5, completed: 5 });
    expect(first!.why).toContain('generation 2 has no emulated DEC 21140');
  });

  test('are not missed by an emulated adapter', () => {
    expect(states(runRequest({ ...load, device: 'dec21140' }))).toEqual([
      'unaffected',
      'unaffected',
    ]);
  });
});

describe('a lost interrupt', () => {
  test('stops a request that nobody else asks about', () => {
    const [first] = runRequest({
      architecture: 'esxi',
      device: 'e1000',
      count: 5,
      faults: ['lost-interrupt=2'],
    }).outcome;
    expect(first).toMatchObject({ state: 'paused', requested: 2, completed: 1, undone: 1 });
    expect(first!.why).toContain('5 s');
  });

  test('of a disk leaves the command to the timeout of the block layer', () => {
    const [first] = runRequest({
      architecture: 'native',
      device: 'nvme',
      operation: 'read',
      count: 3,
      faults: ['lost-interrupt'],
    }).outcome;
    expect(first).toMatchObject({ state: 'paused', completed: 0, undone: 1 });
    expect(first!.why).toContain('30 s');
  });

  test('is made good by the next one, where there is one', () => {
    const run = runRequest({
      architecture: 'native',
      device: 'nvme',
      operation: 'read',
      count: 30,
      queueDepth: 4,
      faults: ['lost-interrupt=3'],
    });
    expect(run.outcome[0]).toMatchObject({ state: 'degraded', completed: 30, undone: 0 });
    expect(run.outcome[0]!.why).toMatch(/with the next one, \d+ ns later/);
  });

  test('that never comes is none', () => {
    expect(
      states(runRequest({ architecture: 'esxi', device: 'e1000', faults: ['lost-interrupt=99'] })),
    ).toEqual(['unaffected']);
  });
});

describe('a back end that takes nothing', () => {
  const load = { architecture: 'esxi', device: 'e1000', count: 600, faults: ['ring-full=300000'] };

  test('lets the ring fill; the queue stops and goes on, and nothing is lost', () => {
    const [first] = runRequest({ ...load, pattern: 'burst' }).outcome;
    expect(first).toMatchObject({ state: 'degraded', completed: 600, lost: 0 });
    expect(first!.why).toContain('the ring was full');
  });

  test('drops the frames that arrive meanwhile', () => {
    const [first] = runRequest({ ...load, operation: 'rx', rate: 100_000 }).outcome;
    expect(first!.state).toBe('degraded');
    expect(first!.lost).toBeGreaterThan(10);
    expect(first!.completed + first!.lost).toBe(600);
  });

  test('is not noticed while there is nothing to take', () => {
    const run = runRequest({ ...load, count: 4, faults: ['ring-full=1000@500000'] });
    expect(states(run)).toEqual(['unaffected']);
  });
});

const faulty: fc.Arbitrary<Request> = fc
  .constantFrom(...cells)
  .chain(({ architecture, device }) => {
    const found = architectures.find(({ id }) => id === architecture)!;
    return fc
      .record({
        operation: fc.constantFrom(...operationsOf[device.kind]),
        pattern: fc.constantFrom('spaced', 'burst', 'open'),
        count: fc.integer({ min: 1, max: 24 }),
        batch: fc.integer({ min: 1, max: 4 }),
        vms: fc.integer({ min: 1, max: 4 }),
        seed: fc.nat(),
        word: fc.constantFrom(...faultWords(found, situationOf(found, device.id))),
        when: fc.constantFrom('', '@0', '@3000', '@30000', '@10030000'),
      })
      .map(({ word, when, ...load }) => ({
        ...load,
        architecture,
        device: device.id,
        bytes: smallBytes(load.operation),
        faults: [word === 'lost-interrupt' ? word : word + when],
      }));
  });

const law = (name: string, holds: (request: Request) => void): void =>
  test(name, () => fc.assert(fc.property(faulty, holds), { numRuns: 80 }));

describe('with any fault', () => {
  law('no request is done twice', (request) => {
    const done = completedIn(runRequest(request));
    expect(new Set(done).size).toBe(done.length);
  });

  law('what was asked for is completed, undone or lost, as the trace says', (request) => {
    const run = runRequest(request);
    expect(run.ended).toBe('idle');
    expect(run.outcome).toHaveLength(request.vms!);
    for (const { requested, completed, undone, lost } of run.outcome) {
      expect(completed + undone + lost).toBe(requested);
      expect(Math.min(completed, undone, lost)).toBeGreaterThanOrEqual(0);
      expect(requested).toBeLessThanOrEqual(request.count!);
    }
    if (run.outcome[0]!.continues === undefined)
      expect(completedIn(run)).toHaveLength(run.outcome[0]!.completed);
  });

  law('machines outside of its radius do all that they are asked to', (request) => {
    for (const { state, requested, undone } of runRequest(request).outcome)
      if (state === 'unaffected') expect([requested, undone]).toEqual([request.count, 0]);
  });

  law('the same scenario gives the same run', (request) => {
    expect(JSON.stringify(runRequest(request))).toBe(JSON.stringify(runRequest(request)));
  });
});
