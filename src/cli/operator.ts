import { hostname, userInfo } from 'node:os';

/** Who types, for the timelines of the tasks that receive a command. */
export function operatorName(): string {
  try {
    return `${userInfo().username}@${hostname()}`;
  } catch {
    // A container's user may have no name.
    return `cli@${hostname()}`;
  }
}
