import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** The same work for everybody: note that it has begun, wait, note that it is done. Without a ledger it is a no-op. */
export interface Work {
  id: string;
  ms: number;
  ledger?: string;
}

export interface Line {
  id: string;
  pid: number;
  at: number;
  event: 'begun' | 'done';
}

export async function doWork({ id, ms, ledger }: Work): Promise<null> {
  const note = (event: Line['event']) => {
    if (ledger) appendFileSync(ledger, `${JSON.stringify({ id, pid: process.pid, at: Date.now(), event })}\n`);
  };
  note('begun');
  if (ms > 0) await sleep(ms);
  note('done');
  return null;
}

/** What the outside world knows of the work: nothing that a queue says of itself. */
export function readLedger(file: string): Line[] {
  const text = existsSync(file) ? readFileSync(file, 'utf8') : '';
  return text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Line);
}
