import { setTimeout as sleep } from 'node:timers/promises';
import { emailSend } from '../../../src/catalogue/email-send/contract';
import type { TaskView } from '../../../src/client/read/view';
import type { TaskClient } from '../../../src/client/task-client';
import type { MailServer } from '../../support/servers/mail-server';
import { until } from '../../support/until';

const OPEN = ['scheduled', 'queued', 'running', 'retrying', 'paused', 'dead-lettered'] as const;
const REASON = "the mail server's log says so";
/** Between two looks, and for which a mail whose outcome is unknown is left alone: it may just be coming in. */
const PAUSE_MS = 1000;

/** Does what a person would about mails of which nobody can know whether they went out. */
export class Operator {
  /** The mail server's log had them. */
  resolved = 0;
  /** It had them not: they were sent again. */
  retried = 0;
  private readonly seen = new Map<string, number>();

  constructor(
    private readonly tasks: TaskClient,
    private readonly mail: MailServer,
  ) {}

  /** Looks again and again until the signal is aborted. */
  async watch(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.look();
      await sleep(PAUSE_MS, undefined, { signal }).catch(() => undefined);
    }
  }

  /** Waits until no task is open any more. */
  async untilNoneIsOpen(patience: number): Promise<void> {
    let open: TaskView[] = [];
    await until(
      'no task is open',
      async () => {
        await this.look();
        await sleep(PAUSE_MS);
        open = (await this.tasks.list({ filter: { state: [...OPEN] }, limit: 200 })).tasks;
        return open.length === 0;
      },
      patience,
    ).catch((error) => {
      const lines = open.map(({ id, state, failure }) => `${id} is ${state}: ${failure?.message ?? ''}`);
      throw new Error(`${error.message}: ${lines.join('\n')}`);
    });
  }

  private async look(): Promise<void> {
    const filter = { state: ['dead-lettered' as const], type: emailSend.type };
    const { tasks } = await this.tasks.list({ filter, limit: 200 });
    for (const task of tasks) {
      if (task.failure?.code !== 'OUTCOME_UNKNOWN') continue;
      const parking = `${task.runId} ${task.parking?.number}`;
      const since = this.seen.get(parking) ?? Date.now();
      this.seen.set(parking, since);
      if (Date.now() - since >= PAUSE_MS) await this.settle(task);
    }
  }

  private async settle({ id, runId, parking }: TaskView): Promise<void> {
    const copy = this.mail.received.find(({ effectKey }) => effectKey.startsWith(`${id}/`));
    const seen = { id, runId, ...(parking && { parking: parking.number }) };
    if (copy) {
      const result = { messageId: copy.messageId, accepted: copy.to, rejected: [], response: REASON, filtered: [] };
      await this.tasks.actOn(seen, 'resolve', { result, reason: REASON });
      this.resolved++;
    } else {
      await this.tasks.actOn(seen, 'retry', { reason: REASON });
      this.retried++;
    }
    await until(`${id} heeds it`, async () => {
      const now = await this.tasks.read(id);
      return now.state !== 'dead-lettered' || now.parking?.number !== parking?.number;
    });
  }
}
