import { appendFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import type { Handler, HandlerContext } from '../../../src/activities/attempt/handler';
import { type Contract, defineContract } from '../../../src/tasks/contract';
import { causeSchema, MIXED_POLICY, type MixedRow } from './mix';
import { Outside } from './outside';

const inputSchema = z.strictObject({
  cause: causeSchema,
  /** Attempts that fail before one succeeds. Absent: all do. */
  failures: z.int().optional(),
  /** Distinguishes the tasks of the load. */
  name: z.string(),
});
type Input = z.output<typeof inputSchema>;

const contract = (type: MixedRow['type'], more: Partial<Contract> = {}) =>
  defineContract({
    type,
    summary: 'Does its work once nothing is wrong any more.',
    category: 'default',
    input: inputSchema,
    output: z.object({}),
    policy: MIXED_POLICY,
    example: { cause: 'refused', name: 'one' },
    ...more,
  });

export const mixedContracts: Contract[] = [
  contract('mixed.call'),
  contract('mixed.guarded'),
  // Far above what an answer takes: a failure that the mix does not make would be another one's.
  contract('mixed.inline', { inline: true, policy: { ...MIXED_POLICY, timeout: 60 } }),
  contract('mixed.work'),
];

/** Closes again after a second, so that the tasks which wait for it are not long. */
const LIMITS = { failures: 5, openSeconds: 1 };

/** @param folder For what the handlers write and the settings that they read. */
export function mixedHandlers(outside: Outside, folder: string): Record<string, Handler> {
  const handler = async (input: Input, context: HandlerContext) => {
    const call = () => outside.call(addressOf(input, context, outside), context.signal);
    if (context.type === 'mixed.work') await work(input, context, outside, folder);
    else if (context.type === 'mixed.guarded') await context.guard('http:guarded.example.com', call, LIMITS);
    else await call();
    return {};
  };
  return Object.fromEntries(mixedContracts.map(({ type }) => [type, handler as unknown as Handler]));
}

/** What a task calls: the outside itself counts how often it was asked, where it can. */
function addressOf({ cause, failures, name }: Input, { attempt }: HandlerContext, outside: Outside): string {
  const times = failures ?? Number.POSITIVE_INFINITY;
  if (cause === 'refused') return attempt <= times ? Outside.REFUSES : outside.address({ name });
  if (cause === 'silent') return outside.address({ name, times, status: 'none' });
  return outside.address({ name, times, status: cause.replace('answers-', '') });
}

/** Work of the handler's own, which fails as such work does. */
async function work(
  { cause, failures = Number.POSITIVE_INFINITY, name }: Input,
  { attempt }: HandlerContext,
  outside: Outside,
  folder: string,
): Promise<void> {
  if (cause === 'setting-missing') {
    await outside.setting(path.join(folder, `setting-${name}`), failures < Number.POSITIVE_INFINITY);
    return;
  }
  const fails = attempt <= failures;
  // A device that is always full.
  if (cause === 'disk-full') await appendFile(fails ? '/dev/full' : path.join(folder, name), 'work');
  if (!fails) return;
  if (cause === 'deadlock') throw new Error('deadlock detected');
  if (cause === 'pool-exhausted') throw new Error('sorry, too many clients already');
  if (cause === 'strange') throw new Error('it did not turn out well');
  if (cause === 'mistake') (undefined as unknown as { work(): void }).work();
}
