import { Presets, SingleBar } from 'cli-progress';
import type { Session } from '../session';

/** Work on fewer things than this is over before anybody looks. */
const FEW = 50;
const LINE_EVERY_MS = 5000;

/**
 * Shows how far a piece of work is, on standard error: a bar on a terminal, a line every few seconds elsewhere.
 * @param work Calls `step` for each thing that is done.
 */
export async function withProgress<T>(
  { out }: Session,
  total: number,
  work: (step: () => void) => Promise<T>,
): Promise<T> {
  if (total < FEW || out.asJson) return work(() => undefined);
  if (!process.stderr.isTTY) return withLines(out.note.bind(out), total, work);
  const bar = new SingleBar(
    { stream: process.stderr, hideCursor: true, format: '{bar} {value}/{total}, {eta_formatted} left' },
    Presets.shades_classic,
  );
  bar.start(total, 0);
  try {
    return await work(() => bar.increment());
  } finally {
    bar.stop();
  }
}

async function withLines<T>(
  note: (text: string) => void,
  total: number,
  work: (step: () => void) => Promise<T>,
): Promise<T> {
  let done = 0;
  const timer = setInterval(() => note(`${done} of ${total}`), LINE_EVERY_MS);
  try {
    return await work(() => {
      done++;
    });
  } finally {
    clearInterval(timer);
  }
}
