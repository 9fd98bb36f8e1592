import { setTimeout as sleep } from 'node:timers/promises';
import type { AlertFacts, EndedRuns } from '../../../client/monitor/alert-facts';
import type { Condition } from '../../../protocol/alert';
import type { AlertLimits, Check } from './check';

const KIND = 'failure-rate';
const HOUR = 3600;
const DAY = 24 * HOUR;
/** Of fewer ended tasks a rate says nothing. */
const FEWEST_ENDED = 10;
const FEWEST_FAILED = 3;
/** What counts as the earlier rate of a type that hardly ever failed. */
const LEAST_RATE = 0.01;
/** A stock server allows ten calls of Visibility a second, and others need some of them. */
const PAUSE_MS = 200;

/** Task types that fail far more often than they did in the day before. */
export function failureRateCheck(facts: AlertFacts, types: readonly string[], limits: AlertLimits): Check {
  return {
    kinds: [KIND],
    find: async () => {
      const now = Date.now();
      const recently = new Date(now - (limits.recent ?? HOUR) * 1000);
      const before = new Date(recently.getTime() - DAY * 1000);
      if (!(await facts.anyFailed(recently))) return [];
      const found: Condition[] = [];
      for (const type of types) {
        await sleep(PAUSE_MS);
        const recent = await facts.ended(type, recently, new Date(now));
        if (recent.ended < FEWEST_ENDED || recent.failed < FEWEST_FAILED) continue;
        const condition = judge(type, recent, await facts.ended(type, before, recently), limits.failureFactor);
        if (condition) found.push(condition);
      }
      return found;
    },
  };
}

function judge(type: string, recent: EndedRuns, before: EndedRuns, factor: number): Condition | undefined {
  if (before.ended < FEWEST_ENDED) return undefined;
  const rate = recent.failed / recent.ended;
  const usual = before.failed / before.ended;
  if (rate < factor * Math.max(usual, LEAST_RATE)) return undefined;
  return {
    key: `${KIND}:${type}`,
    severity: 'WARNING',
    title: `${type} fails more often than it did`,
    message: `${recent.failed} of ${recent.ended} tasks failed in the last hour (${percent(rate)}); in the 24 hours before it was ${percent(usual)}.`,
    value: Math.round(rate * 1000) / 10,
    todo: `GET /v1/tasks?type=${type}&state=failed shows with which codes. Look for what was deployed or went away since.`,
  };
}

function percent(rate: number): string {
  return `${Math.round(rate * 1000) / 10} %`;
}
