import { spawn } from 'node:child_process';
import { watch } from 'node:fs';
import path from 'node:path';

const ROOT = path.join(__dirname, '..', '..');
/** An editor writes a file in several steps, and a switch of branches writes many. */
const QUIET_MS = 300;

/**
 * Builds again whenever a source changes, and calls `onBuilt` after each build that succeeded. A build
 * that fails says why on the terminal and changes nothing.
 * @returns A function that ends it.
 */
export function watchSources(onBuilt: () => Promise<void>, print: (line: string) => void): () => void {
  let timer: NodeJS.Timeout | undefined;
  let work = Promise.resolve();
  const watcher = watch(path.join(ROOT, 'src'), { recursive: true }, () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      work = work.then(rebuild).catch((error: Error) => print(error.message));
    }, QUIET_MS);
  });

  async function rebuild(): Promise<void> {
    print('The source has changed.');
    if (await build()) await onBuilt();
    else print('The build failed; what ran before goes on.');
  }

  return () => {
    clearTimeout(timer);
    watcher.close();
  };
}

/** The same set-up as at the start, in a process of its own; it does nothing when the build is current. */
function build(): Promise<boolean> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [path.join(ROOT, 'scripts', 'setup.js')], { stdio: 'inherit' });
    child.once('error', () => resolve(false));
    child.once('exit', (code) => resolve(code === 0));
  });
}
