import { watch } from 'node:fs';
import path from 'node:path';

/** An editor writes a file in several steps, and a switch of branches writes many. */
const QUIET_MS = 300;
/** What changes beside the sources without being one. */
const IGNORED = /(^|[\\/])(node_modules|\.holdfast|\.git|dist|coverage)([\\/]|$)/;
const SOURCE = /\.([cm]?[jt]s|json)$/;

/**
 * Calls back whenever a source in the app's folder has changed. Changes that come together are one.
 * @returns A function that ends it.
 */
export function watchApp(file: string, onChanged: () => Promise<void>, print: (line: string) => void): () => void {
  let timer: NodeJS.Timeout | undefined;
  let work = Promise.resolve();
  const watcher = watch(path.dirname(file), { recursive: true }, (_event, name) => {
    if (!name || IGNORED.test(name) || !SOURCE.test(name)) return;
    clearTimeout(timer);
    timer = setTimeout(() => {
      print(`${name} has changed.`);
      work = work.then(onChanged).catch((error: Error) => print(error.message));
    }, QUIET_MS);
  });
  return () => {
    clearTimeout(timer);
    watcher.close();
  };
}
