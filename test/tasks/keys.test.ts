import { z } from 'zod';
import type { ArtifactStore } from '../../src/artifacts/store';
import { prepare } from '../../src/client/submit/prepare';
import { defineContract } from '../../src/tasks/contract';
import { fingerprint } from '../../src/tasks/fingerprint';
import { effectKey, isValidKey, newTaskId, payloadHash, taskIdForKey, taskOfEffect } from '../../src/tasks/keys';

describe('the hash of a payload', () => {
  const hash = (input: unknown) => payloadHash('test.probe', input);

  it.each<[string, unknown, unknown]>([
    ['an element of an array', { list: [1, 2, 3] }, { list: [1, 2, 4] }],
    ['the order of an array', [1, 2], [2, 1]],
    ['the order of an array within arrays', [[1, [2, 3]]], [[1, [3, 2]]]],
    ['a member of an object within an array', [{ a: 1 }], [{ a: 2 }]],
    ['the name of such a member', [{ a: 1 }], [{ b: 1 }]],
    ['the length of an array', [0], [0, 0]],
    ['nothing from an empty array', [], [null]],
    ['an array from an object', [1], { 0: 1 }],
    ['a number from its text', 1, '1'],
    ['null from false', null, false],
    ['an empty object from no member', {}, { a: null }],
    ['upper from lower case', 'a', 'A'],
  ])('tells %s apart', (_what, one, other) => {
    expect(hash(one)).not.toBe(hash(other));
  });

  it.each<[string, unknown, unknown]>([
    ['the order of members', { a: 1, b: { c: 1, d: 2 } }, { b: { d: 2, c: 1 }, a: 1 }],
    ['the order of members within arrays', [{ a: 1, b: 2 }], [{ b: 2, a: 1 }]],
    ['how a number is written', { n: 1e2 }, { n: 100.0 }],
    ['an absent input from null', undefined, null],
  ])('does not tell %s apart', (_what, one, other) => {
    expect(hash(one)).toBe(hash(other));
  });

  it('gives different types different IDs', () => {
    expect(payloadHash('a.b', {})).not.toBe(payloadHash('a.c', {}));
  });

  it('is that of the input as it was sent: a default that changes later changes no hash', async () => {
    const contractWith = (size: number) =>
      defineContract({
        type: 'test.defaults',
        summary: 'Has a default.',
        category: 'default',
        input: z.object({ size: z.number().default(size), list: z.array(z.number()).default([]) }),
        output: z.null(),
        example: {},
      });
    const store = {} as ArtifactStore;
    const hashOf = async (input: unknown, size = 1) => {
      const { memo } = await prepare({ type: 'test.defaults', input }, contractWith(size), {}, store);
      return memo.payloadHash;
    };
    expect(await hashOf({})).toBe(payloadHash('test.defaults', {}));
    expect(await hashOf({}, 2)).toBe(await hashOf({}, 1));
    expect(await hashOf({ size: 1, list: [] })).not.toBe(await hashOf({}));
  });
});

describe('the ID of a task with a key', () => {
  it('is the same each time, and another for another type, tenant or key', () => {
    const id = taskIdForKey('a.b', 'acme', 'k');
    expect(id).toMatch(/^a\.b:[0-9a-f]{40}$/);
    expect(taskIdForKey('a.b', 'acme', 'k')).toBe(id);
    const others = [taskIdForKey('a.c', 'acme', 'k'), taskIdForKey('a.b', 'x', 'k'), taskIdForKey('a.b', 'acme', 'l')];
    expect(new Set([id, taskIdForKey('a.b', undefined, 'k'), ...others]).size).toBe(5);
  });

  it('gives another split of tenant and key of the same text another ID', () => {
    expect(taskIdForKey('a.b', 'ab', 'c')).not.toBe(taskIdForKey('a.b', 'a', 'bc'));
  });

  it('without a key is a new one each time', () => {
    expect(newTaskId('a.b')).toMatch(/^a\.b:[0-9a-z]{26}$/);
    const ids = Array.from({ length: 10_000 }, () => newTaskId('a.b'));
    expect(new Set(ids).size).toBe(ids.length);
    // Every character of the random part takes every value, so no two processes are likely to meet.
    for (let place = 10; place < 26; place++)
      expect(new Set(ids.map((id) => id.slice('a.b:'.length)[place])).size).toBe(32);
  });
});

it.each<[string, boolean]>([
  ['k', true],
  ['order #4711', true],
  ['~', true],
  ['x'.repeat(255), true],
  ['x'.repeat(256), false],
  ['', false],
  [' k', false],
  ['k ', false],
  ['a\tb', false],
  ['a\nb', false],
  ['é', false],
  ['a\x7fb', false],
])('whether %j may be a key: %s', (key, valid) => {
  expect(isValidKey(key)).toBe(valid);
});

it('an effect key names its task, generation and step', () => {
  expect(effectKey('a.b:1', 'g')).toBe('a.b:1/g/main');
  expect(effectKey('a.b:1', 'g', 'step/2')).toBe('a.b:1/g/step/2');
  expect(taskOfEffect('a.b:1/g/step/2')).toBe('a.b:1');
  expect(taskOfEffect('no effect key')).toBe('');
});

describe('the fingerprint of a failure', () => {
  const print = (message: string) => fingerprint('a.b', 'UNKNOWN', message);

  it.each([
    ['numbers', 'Row 12 of 4000 is wrong', 'Row 7 of 31 is wrong'],
    ['numbers within words', 'host-3.example.com is down', 'host-14.example.com is down'],
    ['quoted parts', 'No file "a b.png" there', 'No file "" there'],
    ['parts in single quotes', "No column 'name'", "No column 'street'"],
    ['hex strings', 'Object 5f3a9c0b7d1e is gone', 'Object deadbeefcafe is gone'],
    ['hex strings with a prefix', 'At 0xdeadbeef', 'At 0x00000000'],
    ['case', 'Connection Refused', 'connection refused'],
    ['white space', ' It  broke\n\there ', 'It broke here'],
  ])('does not tell %s apart', (_what, one, other) => {
    expect(print(one)).toBe(print(other));
  });

  it.each([
    ['words', 'Row 12 is wrong', 'Row 12 is missing'],
    ['a number from a word', 'Row 12 is wrong', 'Row x is wrong'],
    ['short words that look like hex', 'bad face', 'bad cafe'],
    ['an open quote from a closed one', 'No file "a', 'No file "a"'],
    ['words that were joined', 'time out', 'timeout'],
  ])('tells %s apart', (_what, one, other) => {
    expect(print(one)).not.toBe(print(other));
  });

  it('differs by type and code, and has 16 hex digits', () => {
    const prints = [print('x'), fingerprint('a.c', 'UNKNOWN', 'x'), fingerprint('a.b', 'TRANSIENT_NETWORK', 'x')];
    expect(new Set(prints).size).toBe(3);
    for (const one of prints) expect(one).toMatch(/^[0-9a-f]{16}$/);
  });
});
