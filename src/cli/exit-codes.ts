/** What the command line's exit codes mean; `docs/reference/cli.md` has the same table. `doctor` and `replay-check` have their own. */
export const EXIT = {
  ok: 0,
  /** There is no such task, its state does not allow it, or some of many tasks could not be dealt with. */
  refused: 1,
  /** A wrong argument or setting: nothing was done. */
  usage: 2,
  /** Temporal is away, too slow or not set up. */
  unavailable: 3,
  /** The task that was waited for has failed or was cancelled. */
  endedBadly: 4,
  /** The time is over and the task goes on. */
  notYet: 5,
  /** Ctrl-C. */
  interrupted: 130,
} as const;
