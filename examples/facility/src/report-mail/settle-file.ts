import type { FacilityTransaction } from '../database/open';
import type { SentReport } from './send-report';

/** What the mailing of a report has come to. */
export interface Settlement {
  sent: number;
  /** ISO times. */
  startedAt: string;
  endedAt: string;
  story: string;
}

/** Notes that a report has gone to everybody, and removes its content. @param report Undefined when that was noted. */
export async function settleFile(
  transaction: FacilityTransaction,
  { id, name }: { id: number; name: string },
  { startedAt, report }: { startedAt: string; report: SentReport | undefined },
): Promise<Settlement> {
  const now = new Date();
  const times = { startedAt, endedAt: now.toISOString() };
  if (!report) return { sent: 0, ...times, story: `Report file ${id} (${name}) is mailed already.` };
  const { sent, leftOut } = report;
  await transaction
    .updateTable('reportFiles')
    .set({ mailedAt: now, content: null, removedAt: now })
    .where('id', '=', id)
    .execute();
  const untold = leftOut.map((text) => JSON.stringify(text)).join(', ');
  const rest = untold ? `; nobody can be mailed at ${untold}` : '';
  return { sent, ...times, story: `Report file ${id} (${name}) went to ${sent}${rest}.` };
}
