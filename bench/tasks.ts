import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import type { Handler } from '../src/activities/handler';
import { type Contract, defineContract } from '../src/tasks/contract';

const common = {
  summary: 'Does nothing, for measuring.',
  category: 'default',
  input: z.object({ ms: z.number().default(0) }),
  output: z.null(),
  example: {},
} as const;

/** The ordinary form, the inline form, and one that takes its time. */
export const benchContracts: Contract[] = [
  defineContract({ ...common, type: 'bench.ordinary' }),
  defineContract({ ...common, type: 'bench.inline', inline: true, policy: { timeout: 5 } }),
];

export const SLEEP_MS = 100;

export const work = async ({ ms }: { ms: number }): Promise<null> => {
  if (ms > 0) await sleep(ms);
  return null;
};

export const benchHandlers: Record<string, Handler> = Object.fromEntries(
  benchContracts.map(({ type }) => [type, (input) => work(input as { ms: number })]),
);
