import { z } from 'zod';
import type { Handler } from '../../src/activities/attempt/handler';
import type { TaskClient } from '../../src/client/task-client';
import { defineContract } from '../../src/tasks/contract';
import { TaskFailure } from '../../src/tasks/failures';

/** A task type of this page's own: its one attempt parks the task when the mail server of the address is away. */
export const letterSend = defineContract({
  type: 'letter.send',
  summary: 'Sends a letter.',
  category: 'default',
  input: z.strictObject({ to: z.string() }),
  output: z.object({ accepted: z.string() }),
  policy: { attempts: 1 },
  example: { to: 'ann@home.example' },
});

/** How many calls for each address these servers leave unanswered. */
const UNANSWERED: Record<string, number> = { 'shop.example': 2, 'far.example': 99 };

export function letterHandler(): Handler<typeof letterSend> {
  const calls = new Map<string, number>();
  return async ({ to }) => {
    const call = (calls.get(to) ?? 0) + 1;
    calls.set(to, call);
    const [, host = ''] = to.split('@');
    if (call > (UNANSWERED[host] ?? 0)) return { accepted: to };
    const code = host === 'far.example' ? 'TRANSIENT_NETWORK' : 'EXTERNAL_API_DOWN';
    throw new TaskFailure(code, `The mail server of ${host} does not answer`);
  };
}

/** Submits the letters that become the page's dead letters. @returns The IDs of their tasks. */
export async function sendLetters(tasks: TaskClient): Promise<string[]> {
  const ids: string[] = [];
  const names = ['ann', 'bob', 'cid', 'dan', 'eve'];
  for (const to of [...names.map((name) => `${name}@shop.example`), 'ann@far.example']) {
    const { task } = await tasks.submit({ type: letterSend.type, input: { to }, key: to, tenant: 'post' });
    ids.push(task.id);
  }
  return ids;
}
