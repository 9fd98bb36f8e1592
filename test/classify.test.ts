import { z } from 'zod';
import { classify } from '../src/activities/classify';
import { HoldfastError } from '../src/errors';
import { FAILURE_CODES, TaskFailure } from '../src/tasks/failures';

const system = (code: string) => Object.assign(new Error(`connect ${code}`), { code });

describe('a thrown thing', () => {
  it.each([
    ['a refused connection', system('ECONNREFUSED'), 'TRANSIENT_NETWORK', 'transient'],
    ['an unknown host', system('ENOTFOUND'), 'TRANSIENT_NETWORK', 'transient'],
    ['too many open files', system('EMFILE'), 'TRANSIENT_RESOURCE', 'transient'],
    ['no memory', system('ENOMEM'), 'SYSTEM_OUT_OF_MEMORY', 'transient'],
    ['a full disk', system('ENOSPC'), 'SYSTEM_DISK_FULL', 'transient'],
    ['a missing permission', system('EACCES'), 'PERMANENT_PERMISSION', 'permanent'],
    ['a system error that nobody listed', system('EXDEV'), 'UNKNOWN', 'unknown'],
    ['a file that the store does not have', new HoldfastError('not-found', 'gone'), 'PERMANENT_NOT_FOUND', 'permanent'],
    ['a file that is too large', new HoldfastError('too-large', 'large'), 'PERMANENT_VALIDATION', 'permanent'],
    ['Temporal being away', new HoldfastError('unavailable', 'away'), 'TRANSIENT_NETWORK', 'transient'],
    ['a mistake in the handler', new TypeError('x is not a function'), 'PERMANENT_LOGIC', 'permanent'],
    ['a name that is not defined', new ReferenceError('x is not defined'), 'PERMANENT_LOGIC', 'permanent'],
    ['a number out of range', new RangeError('too deep'), 'PERMANENT_LOGIC', 'permanent'],
    ['any other error', new Error('hm'), 'UNKNOWN', 'unknown'],
    ['a text', 'just a text', 'UNKNOWN', 'unknown'],
    ['nothing at all', undefined, 'UNKNOWN', 'unknown'],
  ] as const)('that is %s gets its code and class', (_name, thrown, code, failureClass) => {
    const classified = classify(thrown);
    expect(classified.code).toBe(code);
    expect(FAILURE_CODES[classified.code].class).toBe(failureClass);
  });

  it('that fails a schema names the place and the fault', () => {
    const { error } = z.object({ size: z.object({ width: z.number() }) }).safeParse({ size: { width: 'wide' } });
    expect(classify(error)).toMatchObject({
      code: 'PERMANENT_VALIDATION',
      message: expect.stringMatching(/^size\.width: /),
    });
  });

  it.each(Object.keys(FAILURE_CODES) as (keyof typeof FAILURE_CODES)[])(
    'S3-8: that says it is %s is believed',
    (code) => {
      expect(classify(new TaskFailure(code, 'words', 7))).toMatchObject({ code, message: 'words', retryAfter: 7 });
    },
  );
});
