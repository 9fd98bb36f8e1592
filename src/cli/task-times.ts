import type { TaskView } from '../client/read/view';

/** When something last happened to a task, as far as it shows without its history; ISO. */
export function lastUpdate({ endedAt, parking, lastHeartbeatAt, attemptStartedAt, createdAt }: TaskView): string {
  const seen = [parking?.since, lastHeartbeatAt, attemptStartedAt, createdAt].filter((time) => time !== undefined);
  return endedAt ?? seen.sort().at(-1) ?? createdAt;
}
