import { setDefaultSignalHandler } from '@temporalio/workflow';

/** One signal that came before its handler. */
export interface ArrivedSignal {
  name: string;
  args: unknown[];
}

/**
 * Takes the signals that came before this run's first step, in the order in which they came: handed to handlers by
 * name, they would come in the order of the names. Call it before the first handler is set.
 */
export function arrivedSignals(): ArrivedSignal[] {
  const arrived: ArrivedSignal[] = [];
  const taken = () => {
    try {
      setDefaultSignalHandler((name, ...args) => void arrived.push({ name, args }));
      return true;
    } catch {
      // A name with Temporal's own prefix, which it has dropped; the rest follows.
      return false;
    }
  };
  while (!taken());
  // Left in place, it would throw for such names later on, and block the workflow for ever.
  setDefaultSignalHandler(undefined);
  return arrived;
}
