import type { Handler } from '../activities/attempt/handler';
import type { Verifier } from '../activities/attempt/verify';
import type { Config } from '../config';
import type { AbsentType, Contract } from '../tasks/contract';
import type { ScheduleOrder } from '../tasks/schedule-definition';

/** What runs the task types of a pack, in one process. */
export interface OpenPack {
  handlers: Readonly<Record<string, Handler>>;
  /** For the task types that can determine whether their effect has happened. */
  verifiers: Readonly<Record<string, Verifier>>;
  /** Ends what handlers keep open between attempts: processes, connections. */
  close(): Promise<void>;
}

/**
 * Task types that belong together and that an app lists: what they are, and how they run. Everything but `open` is
 * cheap and loads no library of a handler, so that the API and the command line can ask.
 */
export interface Pack {
  readonly name: string;
  contracts(config: Config): readonly Contract[];
  /** Types that cannot work here, and why. Defaults to none. */
  absent?(config: Config): readonly AbsentType[];
  /** Why the code of a type cannot run in a process other than the worker's, and what to do. Defaults to it can. */
  notHere?(config: Config, type: string): string | undefined;
  /** Makes the handlers. @throws StartError when something that they need is held by another process. */
  open(config: Config): OpenPack | Promise<OpenPack>;
  /** Schedules that a worker creates when they do not exist. Defaults to none. */
  schedules?(config: Config): readonly ScheduleOrder[];
  /** Removes what dead processes left on this host before the given time. @returns How many folders. */
  cleanHost?(before: Date): Promise<number>;
}
