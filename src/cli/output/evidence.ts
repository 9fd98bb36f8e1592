import { durationText, type Times } from './times';

/** A name and a value as people read them: `lastHeartbeatAt` as `last heartbeat: 2026-11-24 14:05:09`. */
export function evidenceLine(name: string, value: string | number, times: Times): string {
  const words = name.replace(/(At|Seconds)$/, '').replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
  if (typeof value === 'number') return `${words}: ${name.endsWith('Seconds') ? durationText(value) : value}`;
  return `${words}: ${times.inText(value)}`;
}
