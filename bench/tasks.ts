import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import type { Handler } from '../src/activities/attempt/handler';
import { type Contract, defineContract } from '../src/tasks/contract';
import { TaskFailure } from '../src/tasks/failures';

const common = {
  summary: 'Does nothing, for measuring.',
  category: 'default',
  input: z.object({ ms: z.number().default(0) }),
  output: z.null(),
  example: {},
} as const;

/** The three troubles of `bench.broken`, each a fingerprint of its own. */
export const TROUBLES = ['TRANSIENT_NETWORK', 'EXTERNAL_API_DOWN', 'CONFIG_MISSING_SETTING'] as const;

/** Waits for a person for as long as a benchmark may take. */
const A_DAY = [86_400];

/** Fails once, is parked, and heals when it runs again. */
const broken = defineContract({
  ...common,
  type: 'bench.broken',
  input: z.object({ trouble: z.enum(TROUBLES) }),
  example: { trouble: TROUBLES[0] },
  policy: { attempts: 1, redrives: { transient: A_DAY, external: A_DAY, configuration: A_DAY } },
});

/** The ordinary form, the inline form, and one that takes its time. */
export const benchContracts: Contract[] = [
  defineContract({ ...common, type: 'bench.ordinary' }),
  defineContract({ ...common, type: 'bench.inline', inline: true, policy: { timeout: 5 } }),
  broken,
];

export const work = async ({ ms }: { ms: number }): Promise<null> => {
  if (ms > 0) await sleep(ms);
  return null;
};

const fail: Handler<typeof broken> = async ({ trouble }, { attempt }) => {
  if (attempt === 1) throw new TaskFailure(trouble, `Trouble of the kind ${trouble}`);
  return null;
};

export const benchHandlers: Record<string, Handler> = {
  ...Object.fromEntries(benchContracts.map(({ type }) => [type, (input) => work(input as { ms: number })])),
  [broken.type]: fail as unknown as Handler,
};
