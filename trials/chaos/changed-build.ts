import { cpSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const ROOT = path.join(__dirname, '..', '..');

/** A text of one file of the build, and what stands there instead. */
export interface Change {
  file: string;
  from: string;
  to: string;
}

/** A copy of the build with the changes. It lies beside the build: both find the packages there. */
export function changedBuild(...changes: readonly Change[]): string {
  const build = mkdtempSync(path.join(ROOT, '.dist-changed-'));
  cpSync(path.join(ROOT, 'dist'), build, { recursive: true });
  for (const { file, from, to } of changes) {
    const place = path.join(build, file);
    const code = readFileSync(place, 'utf8');
    if (!code.includes(from)) throw new Error(`${file} of the build does not contain: ${from}`);
    writeFileSync(place, code.replaceAll(from, to));
  }
  return build;
}
