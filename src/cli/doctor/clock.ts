import { lastPollAt } from '../../client/temporal/server-time';
import { CONTROL_QUEUE, MONITOR_QUEUE } from '../../protocol/task';
import { durationText } from '../output/times';
import type { Check, Finding } from './check';

/** Two machines that keep their time by NTP differ by less, in milliseconds. */
const TOLERANCE_MS = 2000;
/** The latest poll of a worker that lives is no older than this, in milliseconds. */
const POLLED_WITHIN_MS = 75_000;

/** Whether this machine's clock and the Temporal server's agree, as far as can be told without writing anything. */
export const clock: Check = {
  name: 'clock',
  look: async ({ gateway, queues }) => {
    const last = await lastPollAt(gateway, [...queues, CONTROL_QUEUE, MONITOR_QUEUE]);
    return [clockFinding(Date.now(), last)];
  },
};

/**
 * @param here This machine's time, in milliseconds.
 * @param lastPoll When a worker last polled, by the server's clock; it lies in the past there.
 */
export function clockFinding(here: number, lastPoll: number | undefined): Finding {
  const name = 'clock';
  const todo =
    "Compare `date -u` on both machines, and let both keep their time by NTP: tasks' times are the server's.";
  if (lastPoll === undefined) {
    return { name, level: 'ok', message: "Cannot be compared with the server's: no worker polls." };
  }
  const passed = here - lastPoll;
  const age = durationText(Math.abs(passed) / 1000);
  if (passed < -TOLERANCE_MS) {
    return { name, level: 'warning', message: `This machine's is ${age} or more behind the server's.`, todo };
  }
  if (passed > POLLED_WITHIN_MS) {
    const message = `By this machine's clock no worker has polled for ${age}: either none lives, or it is ahead of the server's.`;
    return { name, level: 'warning', message, todo };
  }
  return {
    name,
    level: 'ok',
    message: `Agrees with the server's: a worker polled ${age} ago, and each does so every minute.`,
  };
}
