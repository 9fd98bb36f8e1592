import type { ChildProcess } from 'node:child_process';
import type { Readable } from 'node:stream';

export interface LifeWatchOptions {
  /** Whether the child answers now. Defaults to waiting for the signs of life that it gives by itself. */
  isAlive?: () => Promise<boolean>;
  /** Seconds between two looks. */
  every: number;
  /** Looks in a row without a sign of life after which it counts as hung. */
  misses: number;
}

/** The descriptor of the child on which it gives signs of life. */
export const LIFE_PIPE = 4;

/**
 * Watches whether a child that runs still does anything. Until it has been ready once it starts, and that may hold up its
 * event loop for long on a busy machine.
 * @param isReady Whether it is ready now.
 * @param onHung Called once.
 * @returns A function that ends the watch.
 */
export function watchLife(
  child: ChildProcess,
  options: LifeWatchOptions,
  isReady: () => Promise<boolean>,
  onHung: () => void,
): () => void {
  const { every, misses } = options;
  const isAlive = options.isAlive ?? signsOf(child);
  let begun = false;
  let missed = 0;
  let timer: NodeJS.Timeout | undefined;
  let over = false;
  const look = async (): Promise<void> => {
    const alive = await isAlive().catch(() => false);
    if (over) return;
    begun ||= alive && (await isReady().catch(() => false));
    if (over) return;
    missed = alive || !begun ? 0 : missed + 1;
    if (missed >= misses) onHung();
    else timer = setTimeout(() => void look(), every * 1000);
  };
  void look();
  return () => {
    over = true;
    clearTimeout(timer);
  };
}

function signsOf(child: ChildProcess): () => Promise<boolean> {
  let seen = false;
  const pipe = child.stdio[LIFE_PIPE] as Readable | null | undefined;
  pipe?.on('data', () => {
    seen = true;
  });
  pipe?.on('error', () => undefined);
  return async () => {
    const alive = seen;
    seen = false;
    return alive;
  };
}
