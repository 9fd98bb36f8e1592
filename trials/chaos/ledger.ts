import { existsSync, readFileSync } from 'node:fs';

interface Entry {
  begun: number[];
  done: number[];
  /** Which effects it was: more than one are two tasks of one key. */
  effects: Set<string>;
}

/** What the work itself wrote, by key: times in milliseconds. Nothing that Holdfast says of it. */
export function readLedger(file: string): Map<string, Entry> {
  const entries = new Map<string, Entry>();
  const text = existsSync(file) ? readFileSync(file, 'utf8') : '';
  for (const line of text.split('\n')) {
    const [event, key, at, effect] = line.split(' ');
    if (!key || (event !== 'begun' && event !== 'done')) continue;
    const entry = entries.get(key) ?? { begun: [], done: [], effects: new Set<string>() };
    entry[event].push(Number(at));
    if (effect) entry.effects.add(effect);
    entries.set(key, entry);
  }
  return entries;
}

/** Keys of work that was under way at a time, or may have been. */
export function underWay(entries: Map<string, Entry>, at: number): string[] {
  return [...entries]
    .filter(([, { begun, done }]) => begun.some((time) => time <= at) && !done.some((time) => time <= at))
    .map(([key]) => key);
}
