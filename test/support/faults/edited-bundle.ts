import { readFileSync } from 'node:fs';
import { BUNDLE } from '../bundle';

/** The build's workflow code with every occurrence of a text replaced, as a change of the source would. */
export function editedBundle(from: string, to: string): string {
  const code = readFileSync(BUNDLE, 'utf8');
  const changed = code.replaceAll(from, to);
  if (changed === code) throw new Error(`The workflow code does not contain: ${from}`);
  return changed;
}
