import { Socket } from 'node:net';

/** Names the descriptor on which a parent waits for signs of life. */
export const LIFE_SIGNS_VARIABLE = 'LIFE_SIGNS_FD';
const EVERY_MS = 1000;

/** Tells the parent process, if that wants to know, that the event loop of this one still turns. */
export function giveLifeSigns(env: NodeJS.ProcessEnv = process.env): void {
  const fd = Number(env[LIFE_SIGNS_VARIABLE]);
  if (!Number.isInteger(fd) || fd < 3) return;
  const parent = new Socket({ fd, readable: false, writable: true });
  // A parent that has gone is the guard's business.
  parent.on('error', () => parent.destroy());
  parent.unref();
  const sign = () => parent.writable && parent.writableLength === 0 && parent.write('.');
  setInterval(sign, EVERY_MS).unref();
  sign();
}
