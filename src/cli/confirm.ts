import { createInterface } from 'node:readline';

/** Asks on the terminal; anything but yes is no, and so is the end of the input. */
export async function confirm(question: string, signal: AbortSignal): Promise<boolean> {
  const reader = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const answer = await new Promise<string>((resolve) => {
      const no = () => resolve('');
      signal.addEventListener('abort', no, { once: true });
      reader.once('close', no);
      // A terminal's Ctrl-C reaches the reader instead of the process.
      reader.once('SIGINT', () => process.kill(process.pid, 'SIGINT'));
      reader.question(`${question} [y/N] `, resolve);
    });
    return /^y(es)?$/i.test(answer.trim());
  } finally {
    reader.close();
  }
}
