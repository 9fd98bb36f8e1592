import { readdirSync, readFileSync } from 'node:fs';

interface Stat {
  parent: number;
  /** Its own and its ended children's, in ticks. */
  own: number;
  ended: number;
}

function statOf(pid: number): Stat | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name in brackets may hold anything; what follows it does not.
    const fields = text
      .slice(text.lastIndexOf(')') + 2)
      .split(' ')
      .map(Number);
    const [, parent = 0] = fields;
    const [user = 0, system = 0, endedUser = 0, endedSystem = 0] = fields.slice(11, 15);
    return { parent, own: user + system, ended: endedUser + endedSystem };
  } catch {
    return undefined;
  }
}

/** Milliseconds of processor that processes and all under them have used; Linux only. */
export function processorMs(roots: readonly number[]): number {
  const all = new Map<number, Stat>();
  for (const name of readdirSync('/proc')) {
    const stat = /^\d+$/.test(name) ? statOf(Number(name)) : undefined;
    if (stat) all.set(Number(name), stat);
  }
  const counted = new Set(roots);
  for (let grown = true; grown; ) {
    grown = false;
    for (const [pid, { parent }] of all) {
      if (!counted.has(pid) && counted.has(parent)) grown = Boolean(counted.add(pid));
    }
  }
  let ticks = 0;
  for (const pid of counted) ticks += (all.get(pid)?.own ?? 0) + (all.get(pid)?.ended ?? 0);
  return ticks * 10;
}

/** Resident memory in MiB. */
export function memoryMib(pid: number): number {
  const [, kib = '0'] = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kib) / 1024;
}
