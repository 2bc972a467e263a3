/**
 * Goal: registers of an IDE channel and its bus master, as QEMU has them. Method: single accesses to the model, with a
 * disk that answers when it is told to.
 */
import { describe, expect, test } from 'vitest';
import { ideDma } from '#engine/devices/ide.ts';
import { GuestMemory } from '#engine/memory/guest-memory.ts';
import { commands, registers, status, writePrdTable } from '#engine/memory/ide.ts';
import { triggerOf } from '#engine/memory/interrupt.ts';
import type { Register } from '#engine/memory/register.ts';
import { RecordingHost } from '../../support/device-bench.ts';

describe('the controller', () => {
  const made = () => {
    const host = new RecordingHost(new GuestMemory());
    const model = ideDma.create(host, {
      variant: 'piix3',
      interrupts: 'isa',
      doorbellThreshold: 1,
    });
    const read = (register: Register) => model.read(register);
    const write = (register: Register, value: number) => model.write(register, value);
    return { host, model, read, write };
  };
  const flush = ({ model, write }: ReturnType<typeof made>) => {
    write(registers.command, 0xe7);
    model.finished(model.take()!);
  };

  test('reading STATUS acknowledges the interrupt, reading ALTSTATUS does not: an edge needs the first', () => {
    const channel = made();
    flush(channel);
    expect(channel.host.fired).toBe(1);
    channel.read(registers.alternateStatus);
    channel.read(registers.status);
    flush(channel);
    expect(channel.host.fired).toBe(2);
    expect(triggerOf('isa')).toBe('edge');
  });

  test('without that, the next block of data makes no edge', () => {
    const { model, host, read, write } = made();
    write(registers.sectors, 2);
    write(registers.command, 0x20);
    model.finished(model.take()!);
    for (let word = 0; word < 256; word++) read(registers.data16);
    model.finished(model.take()!);
    expect(host.fired).toBe(1);
  });

  test('with nIEN there is neither interrupt nor mark in the bus master', () => {
    const channel = made();
    channel.write(registers.control, 0x0a);
    flush(channel);
    expect([channel.host.fired, channel.read(registers.busStatus)]).toEqual([0, 0]);
  });

  test('interrupt and error bits of the bus master are cleared by writing them', () => {
    const channel = made();
    flush(channel);
    channel.write(registers.busStatus, 0x62);
    expect(channel.read(registers.busStatus)).toBe(0x64);
    channel.write(registers.busStatus, 0x04);
    expect(channel.read(registers.busStatus)).toBe(0);
  });

  test('a busy drive takes neither commands nor values', () => {
    const { model, host, read, write } = made();
    write(registers.sectors, 4);
    write(registers.command, 0xe7);
    write(registers.sectors, 9);
    write(registers.command, 0x20);
    expect([read(registers.sectors), host.scheduled]).toEqual([4, 1]);
    expect(model.take()?.kind).toBe('flush');
    expect(model.take()).toBeUndefined();
  });

  test.each(Object.entries(commands))('%s: BSY, or DRQ, as long as the disk works', (_, code) => {
    const { model, host, read, write } = made();
    writePrdTable(host.memory, 0x1000, [0x5000_0000], 512);
    write(registers.busTable, 0x1000);
    write(registers.sectors, 0);
    write(registers.sectors, 1);
    write(registers.command, code);
    write(registers.busCommand, 0x01);
    if (model.take() === undefined) {
      // A write through the data register: the drive asks for its data first.
      expect(read(registers.alternateStatus)).toBe(
        status.ready | status.seekComplete | status.dataRequest,
      );
      for (let word = 0; word < 256; word++) write(registers.data16, 0);
      expect(model.take()).toMatchObject({ kind: 'write', bytes: 512 });
    }
    const occupied = status.busy | status.dataRequest;
    for (let looks = 0; looks < 3; looks++) {
      expect(read(registers.alternateStatus) & occupied).not.toBe(0);
      expect(read(registers.status)).toBe(read(registers.alternateStatus));
    }
    model.finished({ kind: 'flush', payload: 0, bytes: 0, token: 0 });
    expect(read(registers.alternateStatus) & status.busy).toBe(0);
    expect(read(registers.alternateStatus) & (status.ready | status.seekComplete)).toBe(0x50);
  });

  test('HOB shows the values before the last ones, until the next write', () => {
    const { read, write } = made();
    write(registers.lbaLow, 0x12);
    write(registers.lbaLow, 0x34);
    write(registers.control, 0x80);
    expect(read(registers.lbaLow)).toBe(0x12);
    write(registers.lbaMid, 0);
    expect(read(registers.lbaLow)).toBe(0x34);
  });

  test('an unknown command is aborted', () => {
    const { host, read, write } = made();
    write(registers.command, 0x00);
    expect([read(registers.status), read(registers.feature), host.fired]).toEqual([0x41, 0x04, 1]);
  });

  test('data waits for DRQ and for its direction', () => {
    const { host, read, write } = made();
    read(registers.data);
    write(registers.data, 0);
    write(registers.sectors, 1);
    write(registers.command, 0x30);
    for (let word = 0; word < 256; word++) read(registers.data16);
    expect([read(registers.status), host.scheduled]).toEqual([0x58, 0]);
  });

  test('a bus master that is started first waits for the command', () => {
    const { model, host, read, write } = made();
    writePrdTable(host.memory, 0x1000, [0x5000_0000], 512);
    write(registers.busTable, 0x1000);
    write(registers.busCommand, 0x09);
    expect([read(registers.busStatus), host.scheduled]).toEqual([1, 0]);
    write(registers.sectors, 1);
    write(registers.command, 0xc8);
    model.finished(model.take()!);
    expect(read(registers.busStatus)).toBe(4);
  });

  test('a table too short ends a command without data; one too long leaves the bus master active', () => {
    const { model, host, read, write } = made();
    writePrdTable(host.memory, 0x1000, [0x5000_0000], 1024);
    write(registers.busTable, 0x1000);
    write(registers.sectors, 4);
    write(registers.command, 0xc8);
    write(registers.busCommand, 0x09);
    expect([read(registers.status), read(registers.busStatus), host.fired]).toEqual([0x50, 0, 0]);
    write(registers.busCommand, 0x08);
    write(registers.sectors, 1);
    write(registers.command, 0xc8);
    write(registers.busCommand, 0x09);
    model.finished(model.take()!);
    expect(read(registers.busStatus)).toBe(5);
  });
});
