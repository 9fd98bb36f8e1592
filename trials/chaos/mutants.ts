import { cpSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const ROOT = path.join(__dirname, '..', '..');

/** One change of the build that breaks one promise: with it a run of chaos must not pass. */
interface Mutant {
  file: string;
  from: string;
  to: string;
}

export const MUTANTS: Record<string, Mutant> = {
  /** Accepted work is never lost: here an attempt that is lost with its worker is the last one. */
  'lost-with-its-worker': {
    file: 'workflow-bundle.js',
    from: 'maximumAttempts: MOST_ATTEMPTS',
    to: 'maximumAttempts: 1',
  },
  /** One key is one task: here every repetition of a call makes another one. */
  'key-forgotten': {
    file: 'tasks/keys.js',
    from: 'canonicalize)([tenant ?? null, key])',
    to: 'canonicalize)([tenant ?? null, key, Math.random()])',
  },
  /** A task's result is what its work wrote: here the two streams of a program are mixed up. */
  'another-result': {
    file: 'catalogue/command-run/run-program.js',
    from: "[keep('stdout', out.readEnd), keep('stderr', err.readEnd)]",
    to: "[keep('stdout', err.readEnd), keep('stderr', out.readEnd)]",
  },
};

/** A copy of the build with the change. It lies beside the build: both find the packages there. */
export function mutate({ file, from, to }: Mutant): string {
  const build = mkdtempSync(path.join(ROOT, '.dist-mutant-'));
  cpSync(path.join(ROOT, 'dist'), build, { recursive: true });
  const place = path.join(build, file);
  const code = readFileSync(place, 'utf8');
  if (!code.includes(from)) throw new Error(`${file} of the build does not contain: ${from}`);
  writeFileSync(place, code.replaceAll(from, to));
  return build;
}
