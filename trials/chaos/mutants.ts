import type { Change } from './changed-build';

/** Changes of the build that break one promise each: with one of them a run of chaos must not pass. */
export const MUTANTS: Record<string, Change> = {
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
