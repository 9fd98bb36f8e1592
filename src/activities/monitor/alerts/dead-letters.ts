import type { AlertFacts } from '../../../client/monitor/alert-facts';
import { type Condition, kindOf } from '../../../protocol/alert';
import type { AlertLimits, Check } from './check';

const KIND = 'dead-letters';
/** What the alerts workflow makes of the news that tasks report themselves. */
const REPORTED = 'critical-dead-lettered';
const REPORTED_ABANDONED = 'critical-abandoned';
/** What is found here although no task has reported it. */
const UNREPORTED = 'critical-failures';

const LAG = 60;
const HOUR_MS = 3600_000;

/** Too many dead letters wait. */
export function deadLetterCheck(facts: AlertFacts, limit: number): Check {
  return {
    kinds: [KIND],
    find: async () => {
      const count = await facts.deadLetters();
      if (count <= limit) return [];
      return [
        {
          key: KIND,
          severity: 'CRITICAL',
          title: 'Dead letters pile up',
          message: `${count} dead letters wait, more than ${limit}.`,
          value: count,
          todo: 'GET /v1/dead-letters counts them by class, code and fingerprint; POST /v1/bulk-actions redrives or abandons those of one trouble.',
        },
      ];
    },
  };
}

/**
 * Critical tasks report by themselves that they are dead-lettered. This sees when none of that problem waits any
 * more, and finds those whose news got lost.
 */
export function criticalCheck(facts: AlertFacts, { lag = LAG }: AlertLimits): Check {
  return {
    kinds: [REPORTED, UNREPORTED],
    find: async ({ conditions }) => {
      const found: Condition[] = [];
      for (const open of conditions.filter((one) => kindOf(one) === REPORTED)) {
        const fresh = Date.now() - Date.parse(open.updatedAt) < lag * 1000;
        if (fresh || (await facts.deadLetters(troubleOf(open.key))) > 0) found.push(open);
      }
      const reported = conditions.some((one) => [REPORTED, REPORTED_ABANDONED].includes(kindOf(one)));
      const unreported = reported ? undefined : await findUnreported(facts);
      return unreported ? [...found, unreported] : found;
    },
  };
}

async function findUnreported(facts: AlertFacts): Promise<Condition | undefined> {
  const parked = await facts.deadLetters({ category: 'critical' });
  const abandoned = await facts.criticalAbandoned(new Date(Date.now() - HOUR_MS));
  if (parked + abandoned === 0) return undefined;
  return {
    key: UNREPORTED,
    severity: 'EMERGENCY',
    title: 'Critical tasks have failed',
    message: `${parked} critical tasks are dead-lettered, ${abandoned} were abandoned in the last hour.`,
    value: parked + abandoned,
    todo: 'GET /v1/dead-letters?category=critical shows why; remove the cause, then retry them.',
  };
}

/** Of a key `<kind>:<type>:<fingerprint>`. */
function troubleOf(key: string): { type: string; fingerprint: string } {
  const name = key.slice(REPORTED.length + 1);
  const colon = name.lastIndexOf(':');
  return { type: name.slice(0, colon), fingerprint: name.slice(colon + 1) };
}
