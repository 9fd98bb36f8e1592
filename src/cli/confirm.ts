import { createInterface } from 'node:readline/promises';
import { printable } from '../tasks/printable';
import { UsageError } from './runner';
import type { Session } from './session';

/**
 * Asks before something that cannot be taken back. The question goes to standard error, so that output can be piped.
 * @param yes `--yes` was given: nobody is asked.
 * @throws UsageError where nobody can be asked.
 */
export async function confirmed({ signal }: Session, question: string, yes: boolean | undefined): Promise<boolean> {
  if (yes) return true;
  if (!process.stdin.isTTY)
    throw new UsageError(`${question} Nobody can be asked here: add --yes, or --dry-run to look only.`);
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const answer = await terminal.question(`${printable(question)} [y/N] `, { signal }).catch(() => '');
    return /^y(es)?$/i.test(answer.trim());
  } finally {
    terminal.close();
  }
}
