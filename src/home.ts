import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** What a command line must know of the application that a home runs: where it is, and what it offers. */
const RECORDED = [
  'HOLDFAST_HOST',
  'HOLDFAST_PORT',
  'HOLDFAST_TEMPORAL_PORT',
  'HOLDFAST_UI_PORT',
  'HOLDFAST_ARTIFACTS',
  // Its path; what is in it stays there.
  'HOLDFAST_ENCRYPTION_KEYS_FILE',
  'HOLDFAST_APP',
  'HOLDFAST_COMMANDS',
  'HOLDFAST_CATEGORIES',
  'TASK_MAX_PROCESSING_TIME',
  'TEMPORAL_ADDRESS',
  'TEMPORAL_NAMESPACE',
  'TEMPORAL_CONFIG_FILE',
];
/** A person who names a server means that one, whatever runs here. */
const OTHER_SERVER = ['TEMPORAL_ADDRESS', 'TEMPORAL_PROFILE', 'TEMPORAL_CONFIG_FILE'];
/** Of a database's address, which stays out of files. */
const WITH_PASSWORD = /:\/\/[^/@\s]*:[^/@\s]*@/;

interface Note {
  pid: number;
  settings: Record<string, string>;
}

/** Notes in a home that it runs, and with which settings. */
export function noteRunning(home: string, env: NodeJS.ProcessEnv): void {
  const settings = Object.fromEntries(
    RECORDED.flatMap((name) => (env[name] && !WITH_PASSWORD.test(env[name]) ? [[name, env[name]]] : [])),
  ) as Record<string, string>;
  // A command line may be typed in another folder.
  for (const name of ['HOLDFAST_APP', 'HOLDFAST_ARTIFACTS', 'HOLDFAST_ENCRYPTION_KEYS_FILE']) {
    const place = settings[name];
    if (place) settings[name] = path.resolve(place);
  }
  const note: Note = { pid: process.pid, settings };
  writeFileSync(noteOf(home), JSON.stringify(note), { mode: 0o600 });
}

/** Takes the note away: the home runs no longer. */
export function noteEnded(home: string): void {
  rmSync(noteOf(home), { force: true });
}

/**
 * The settings of a command line: its own, and where it says nothing those of the home that runs.
 * @returns Also whether a running home was found.
 */
export function settingsHere(env: NodeJS.ProcessEnv): { env: NodeJS.ProcessEnv; running: boolean } {
  if (OTHER_SERVER.some((name) => env[name])) return { env, running: false };
  const note = readNote(path.resolve(env.HOLDFAST_HOME || '.holdfast'));
  if (!note) return { env, running: false };
  const own = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
  return { env: { ...note.settings, ...own }, running: true };
}

/** @returns `undefined` when nothing runs there: a process that was killed leaves its note. */
function readNote(home: string): Note | undefined {
  try {
    const note = JSON.parse(readFileSync(noteOf(home), 'utf8')) as Note;
    process.kill(note.pid, 0);
    return note;
  } catch {
    return undefined;
  }
}

function noteOf(home: string): string {
  return path.join(home, 'running.json');
}
