/** Goal: how far a crash reaches, and what a machine has to trust, follow from where parts live. */
import { readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { Architecture } from '#engine/architectures/architecture.ts';
import { esxi } from '#engine/architectures/esxi.ts';
import { hosted } from '#engine/architectures/hosted.ts';
import { hyperV } from '#engine/architectures/hyper-v.ts';
import { kvm } from '#engine/architectures/kvm.ts';
import { xen } from '#engine/architectures/xen.ts';
import { architectures, withMoved } from '#engine/execute.ts';
import { siteOf, type Situation, verdictOn } from '#engine/faults/radius.ts';
import {
  managementAgent,
  monitor,
  rules,
  sharedProcess,
  stubDomain,
} from '#engine/faults/rules.ts';
import { trustedParts } from '#engine/faults/trust.ts';
import type { VmState } from '#engine/index.ts';
import { deviceOf, moved, situationOf } from '../../support/situations.ts';

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

  test('a driver in a process is one for all, also for those whose device does not pass it', () => {
    const elsewhereDriven = withMoved(hyperV, [{ role: 'physical-driver', to: 'worker' }]);
    const direct = situationOf(elsewhereDriven, 'sriov-vf');
    const site = siteOf('physical-driver', elsewhereDriven, direct)!;
    expect(verdictOn(site, direct, true)).toMatchObject({
      state: 'unaffected',
      why: expect.stringContaining('one process that serves all virtual machines') as string,
    });
  });

  test('a process that there is once a host serves all, whatever its role', () => {
    const domains = hyperV.domains.map((domain) =>
      domain.id === 'worker' ? { ...domain, perMachine: false } : domain,
    );
    const one = { ...hyperV, domains };
    expect(radius('worker-process', one, tulip)).toEqual(['paused', 'paused']);
    expect(radius('worker-process', one, tulip, netvsc)).toEqual(['paused', 'unaffected']);
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
    ['stub-domain', xen, stub, 'inferred', 'xen-stub-domains'],
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
