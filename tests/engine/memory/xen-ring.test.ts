/**
 * Goal: Xen's shared ring and grant table are what the public headers put in memory. Method: constants, a
 * table of the notify rule, bytes, and random traffic between both ends.
 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { GrantAccess, GrantTable } from '#engine/memory/grant-table.ts';
import { GuestMemory } from '#engine/memory/guest-memory.ts';
import { layout } from '#engine/memory/layout.ts';
import { indirectRequest, request, response, segment } from '#engine/memory/xen-blk.ts';
import {
  receiveRequest,
  receiveResponse,
  transmitRequest,
  transmitResponse,
} from '#engine/memory/xen-net.ts';
import { BackRing, entriesOf, FrontRing, needsEvent, shared } from '#engine/memory/xen-ring.ts';

test('constants: 64-byte header; 256, 256 and 32 entries', () => {
  expect(shared).toMatchObject({
    requestProducer: 0,
    requestEvent: 4,
    responseProducer: 8,
    responseEvent: 12,
    bytes: 64,
  });
  expect([transmitRequest.bytes, receiveRequest.bytes, request.bytes]).toEqual([12, 8, 112]);
  expect([12, 8, 112].map(entriesOf)).toEqual([256, 256, 32]);
  expect([transmitResponse.bytes, receiveResponse.bytes, response.bytes]).toEqual([4, 8, 16]);
  expect(request.segments + 11 * segment.bytes).toBe(request.bytes);
  expect([indirectRequest.id, indirectRequest.handle, indirectRequest.references]).toEqual([
    8, 24, 28,
  ]);
});

describe('an event is due when the index waited for lies between old and new', () => {
  test.each([
    { old: 0, next: 1, event: 1, due: true, why: 'the first request' },
    { old: 5, next: 6, event: 1, due: false, why: 'the other side is awake already' },
    { old: 1, next: 4, event: 3, due: true, why: 'in the middle of a batch' },
    { old: 1, next: 4, event: 5, due: false, why: 'further on' },
    { old: 3, next: 3, event: 3, due: false, why: 'nothing new' },
    { old: 0xffff_fffe, next: 2, event: 0, due: true, why: 'across the wrap at 2^32' },
    { old: 0xffff_fffe, next: 2, event: 0xffff_fffe, due: false, why: 'before the wrap' },
  ])('$why: old $old, new $next, event $event', ({ old, next, event, due }) => {
    expect(needsEvent(event, next, old)).toBe(due);
  });
});

function ends(entryBytes: number) {
  const memory = new GuestMemory(1 << 16);
  const at = memory.allocate(4096, 4096);
  const front = new FrontRing(memory, at, entryBytes);
  front.reset('ring', layout('Entry', entryBytes, {}));
  return { memory, at, front, back: new BackRing(memory, at, entryBytes) };
}

test('the page at rest announces the first request and the first response', () => {
  const { memory, at } = ends(12);
  expect([...memory.bytes(at, 16)]).toEqual([0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0]);
});

test('request and response share an entry; both sides are told once, then only after they have caught up', () => {
  const { memory, at, front, back } = ends(12);
  expect(front.nextRequest()).toBe(at + 64);
  expect(front.push()).toBe(true);
  expect(front.nextRequest()).toBe(at + 76);
  expect(front.push()).toBe(false);
  expect([back.nextRequest(), back.nextRequest(), back.nextRequest()]).toEqual([
    at + 64,
    at + 76,
    undefined,
  ]);
  expect(memory.read32(at + shared.requestEvent)).toBe(3);
  expect(back.nextResponse()).toBe(at + 64);
  expect([back.push(), front.inUse, front.ready]).toEqual([true, 2, 1]);
  expect(back.nextResponse()).toBe(at + 76);
  expect(back.push()).toBe(false);
  expect([front.nextResponse(), front.finalCheck(), front.nextResponse()]).toEqual([
    at + 64,
    true,
    at + 76,
  ]);
  expect(front.finalCheck()).toBe(false);
  expect(memory.read32(at + shared.responseEvent)).toBe(3);
  front.nextRequest();
  expect(front.push()).toBe(true);
});

test('every request is answered once, in order, and no one waits for an event that never comes', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 40 }), { maxLength: 80 }), (bursts) => {
      const { memory, front, back } = ends(112);
      let sent = 0;
      let received = 0;
      for (const burst of bursts) {
        let announced = false;
        for (let count = 0; count < burst && front.free > 0; count++) {
          memory.write32(front.nextRequest(), sent++);
          announced = front.push() || announced;
        }
        expect(announced).toBe(true);
        let answered = false;
        for (let at = back.nextRequest(); at !== undefined; at = back.nextRequest()) {
          const value = memory.read32(at);
          memory.write32(back.nextResponse(), value);
          answered = back.push() || answered;
        }
        expect(answered).toBe(true);
        do {
          while (front.hasResponse) expect(memory.read32(front.nextResponse())).toBe(received++);
        } while (front.finalCheck());
      }
      expect(received).toBe(sent);
    }),
  );
});

describe('grant table', () => {
  const table = () => {
    const memory = new GuestMemory(1 << 16);
    const grants = new GrantTable(memory, 4);
    return { memory, grants, access: new GrantAccess(memory, grants.at) };
  };

  test('an entry of 8 bytes: flags, domain, page number; the first 8 are reserved', () => {
    const { memory, grants, access } = table();
    const reference = grants.grant(0x4000_1234, true);
    expect(reference).toBe(8);
    expect([...memory.bytes(grants.at + 64, 8)]).toEqual([5, 0, 0, 0, 1, 0, 4, 0]);
    expect(access.page(reference, false)).toBe(0x4000_1000);
    expect(() => access.page(reference, true)).toThrow('grant reference 8 gives no write access');
    expect(grants.bytes).toBe(4096);
  });

  test('a mapped page cannot be taken back; once unmapped it can, and its reference serves again', () => {
    const { memory, grants, access } = table();
    const reference = grants.grant(0x5000, false);
    access.map(reference, true);
    expect(memory.read16(grants.at + 64)).toBe(1 | 8 | 16);
    expect([access.isMapped(reference), grants.revoke(reference)]).toEqual([true, false]);
    access.unmap(reference);
    expect(grants.revoke(reference)).toBe(true);
    expect(memory.read16(grants.at + 64)).toBe(0);
    expect(() => access.page(reference, false)).toThrow('gives no read access');
    expect(grants.grant(0x6000, false)).toBe(reference);
  });

  test('references run out with a sentence', () => {
    const { grants } = table();
    for (let count = 0; count < 4; count++) grants.grant(0x5000, false);
    expect(() => grants.grant(0x5000, false)).toThrow('every grant reference is in use');
  });
});
