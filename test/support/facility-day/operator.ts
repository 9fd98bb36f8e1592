import type { TaskClient } from '../../../src/client/task-client';
import type { MailServer } from '../mail-server';
import { until } from '../until';

/** What an operator found out about mails of which nobody could know whether they went out. */
export interface Settled {
  /** The mail server's log has them. */
  resolved: number;
  /** It has not: they are sent again. */
  retried: number;
}

const OPEN = ['scheduled', 'queued', 'running', 'retrying', 'paused', 'dead-lettered'] as const;
const REASON = "the mail server's log says so";

/**
 * Waits until no task is open, and does meanwhile what an operator would: looks up each mail whose outcome is unknown
 * in the mail server's log once nothing is under way to it any more.
 */
export async function settleAll(tasks: TaskClient, mail: MailServer, patience: number): Promise<Settled> {
  const settled = { resolved: 0, retried: 0 };
  await until(
    'no task is open',
    async () => {
      const { tasks: open } = await tasks.list({ filter: { state: [...OPEN] }, limit: 200 });
      const unknown = open.filter(
        ({ failure, state }) => state === 'dead-lettered' && failure?.code === 'OUTCOME_UNKNOWN',
      );
      if (open.length === 0) return true;
      if (unknown.length < open.length || mail.connections > 0) return false;
      for (const { id } of unknown) {
        const copy = mail.received.find(({ effectKey }) => effectKey.startsWith(`${id}/`));
        if (copy) {
          settled.resolved++;
          const result = { messageId: copy.messageId, accepted: copy.to, rejected: [], response: REASON, filtered: [] };
          await tasks.act(id, 'resolve', { result, reason: REASON });
        } else {
          settled.retried++;
          await tasks.act(id, 'retry', { reason: REASON });
        }
        await until(`${id} heeds it`, async () => (await tasks.read(id)).state !== 'dead-lettered');
      }
      return false;
    },
    patience,
  );
  return settled;
}
