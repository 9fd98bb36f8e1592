import type { Policy } from '../../src/protocol/task';
import { FAILURE_CODES, type FailureCode, type FailureCodeName } from '../../src/tasks/failure-codes';
import { resolvePolicy, retryDelay, withJitter } from '../../src/tasks/policy';
import { NO_REDRIVES } from '../../src/tasks/redrives';
import { retryOf } from '../../src/tasks/retry';
import { probeContracts } from '../support/probe-tasks';

const [contract] = probeContracts;
if (!contract) throw new Error('There is no probe.');
const { policy: _own, ...plain } = contract;
/** The policy of a task of category default whose contract says nothing of retries. */
const category = resolvePolicy({ ...plain, policy: { redrives: NO_REDRIVES } });

/** Delays before the second attempt and the following ones, without jitter. */
const delays = (code: FailureCodeName, policy: Policy) => {
  const retry = retryOf(code, policy);
  return Array.from({ length: retry.attempts - 1 }, (_, index) => Math.round(retryDelay(retry, index + 1)));
};

describe('who decides the retries', () => {
  it('is the failure code, when neither contract nor submission does', () => {
    expect(retryOf('TRANSIENT_DATABASE', category)).toMatchObject({ attempts: 6, firstDelay: 30, jitter: 0.2 });
  });

  it('is the category, when the code has no retries of its own', () => {
    expect(retryOf('UNKNOWN', category)).toMatchObject({ attempts: 3, firstDelay: 60, curve: 'exponential', cap: 600 });
  });

  it.each(['attempts', 'firstDelay', 'curve', 'cap', 'growth', 'jitter'] as const)(
    'is the submission or the contract, when it names %s',
    (field) => {
      const asked = { [field]: { attempts: 9, firstDelay: 9, curve: 'linear', cap: 9, growth: 9, jitter: 0.9 }[field] };
      for (const policy of [resolvePolicy(plain, {}, asked), resolvePolicy({ ...plain, policy: asked })]) {
        expect(retryOf('TRANSIENT_DATABASE', policy)).toMatchObject({ attempts: 3, ...asked });
      }
    },
  );

  it('is the policy of a task of release 0.1.0, which does not say who chose it', () => {
    const { redrives: _none, ...old } = category;
    expect(retryOf('TRANSIENT_DATABASE', old)).toMatchObject({ attempts: 3, firstDelay: 60 });
  });
});

describe('the retries of the codes', () => {
  it.each<[FailureCodeName, number[]]>([
    ['TRANSIENT_DATABASE', [30, 60, 120, 240, 480]],
    ['TRANSIENT_NETWORK', [60, 120, 240]],
    ['TRANSIENT_RATE_LIMIT', [300, 750, 1200]],
    ['EXTERNAL_API_DOWN', [900, 1456]],
    ['EXTERNAL_TIMEOUT', [300, 900]],
  ])('are those of the smart retry table: %s', (code, expected) => {
    expect(delays(code, category)).toEqual(expected);
  });

  it('have a cap and a jitter that leave each delay within its bounds', () => {
    for (const code of Object.keys(FAILURE_CODES) as FailureCodeName[]) {
      const { retry }: FailureCode = FAILURE_CODES[code];
      if (!retry) continue;
      expect(retryDelay(retry, 100)).toBe(retry.cap);
      expect(withJitter(100, retry.jitter, () => 0)).toBe(100);
      expect(withJitter(100, retry.jitter, () => 1)).toBeCloseTo(100 * (1 - (retry.jitter ?? 0)));
    }
  });

  it('S2-14: ten attempts five seconds apart are a linear curve that does not grow', () => {
    const asked = { attempts: 10, firstDelay: 5, curve: 'linear', growth: 0, jitter: 0, cap: 600 } as const;
    const policy = resolvePolicy(plain, {}, asked);
    expect(delays('TRANSIENT_NETWORK', policy)).toEqual(Array(9).fill(5));
    expect(withJitter(5, retryOf('TRANSIENT_NETWORK', policy).jitter)).toBe(5);
  });
});
