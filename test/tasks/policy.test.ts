import { resolvePolicy } from '../../src/tasks/policy';
import type { PolicyOverride } from '../../src/tasks/policy-override';
import { probeContracts } from '../support/probe-tasks';

const [contract] = probeContracts;
if (!contract) throw new Error('There is no probe.');
const { policy: _own, ...plain } = contract;

interface Sources {
  settings?: PolicyOverride;
  contract?: PolicyOverride;
  submission?: PolicyOverride;
}
const policyOf = ({ settings = {}, contract = {}, submission = {} }: Sources) =>
  resolvePolicy({ ...plain, policy: contract }, { [plain.category]: settings }, submission);

describe('the policy of a task', () => {
  it.each<[string, Sources, PolicyOverride]>([
    ['the category, when nobody else says', {}, { timeout: 3600, window: 3600, attempts: 3 }],
    ['the settings before the category', { settings: { timeout: 7 } }, { timeout: 7 }],
    ['the contract before the settings', { settings: { timeout: 7 }, contract: { timeout: 8 } }, { timeout: 8 }],
    ['the submission before the contract', { contract: { timeout: 8 }, submission: { timeout: 9 } }, { timeout: 9 }],
    [
      'what is said before what is left open',
      { contract: { timeout: 8 }, submission: { timeout: undefined } as unknown as PolicyOverride },
      { timeout: 8 },
    ],
  ])('takes %s', (_what, sources, expected) => {
    expect(policyOf(sources)).toMatchObject(expected);
  });

  it('takes the redrives of each class of failure for themselves', () => {
    const all = policyOf({}).redrives;
    expect(all).toMatchObject({ transient: [300, 1200, 4800, 19_200, 23_040], external: [3600, 10_800, 32_400] });
    const settings = { redrives: { transient: [1], external: [1], unknown: [1] } };
    const own = { redrives: { external: [2], unknown: [2] } };
    const { redrives } = policyOf({ settings, contract: own, submission: { redrives: { unknown: [3] } } });
    expect(redrives).toEqual({ ...all, transient: [1], external: [2], unknown: [3] });
  });

  it.each([
    ['five minutes', {}, 300],
    ['as said', { failureWindow: 1200 }, 1200],
    ['no longer than the window', { failureWindow: 1200, window: 60 }, 60],
    ['no longer than an hour', { failureWindow: 7200, window: 86_400 }, 3600],
  ])('holds a failed key for %s', (_what, submission, seconds) => {
    expect(policyOf({ submission }).failureWindow).toBe(seconds);
  });

  it.each([
    ['an hour', {}, 3600],
    ['as long as one attempt may', { timeout: 7200 }, 7200],
    ['an hour, however short an attempt is', { timeout: 5 }, 3600],
    ['as said', { timeout: 7200, maxProcessingTime: 60 }, 60],
  ])('lets a task run for %s', (_what, submission, seconds) => {
    expect(policyOf({ submission }).maxProcessingTime).toBe(seconds);
  });
});
