/**
 * The embedded database in a thread of its own; `workerData` is its folder. Its owner asks one thing at a time. It is
 * JavaScript, because a thread starts without what lets the process load TypeScript.
 */
const { chmod, readdir } = require('node:fs/promises');
const path = require('node:path');
const { parentPort, workerData } = require('node:worker_threads');
const { PGlite } = require('@electric-sql/pglite');

async function answer(database, question) {
  const { id } = question;
  try {
    const opened = await database;
    if ('close' in question) {
      await opened.close();
      return { id, rows: [], affected: 0 };
    }
    const { rows, affectedRows = 0 } = await opened.query(question.text, question.parameters);
    return { id, rows, affected: affectedRows };
  } catch (error) {
    const { message, stack, ...fields } = error;
    const plain = Object.entries(fields).filter(
      ([, value]) => typeof value !== 'object' && typeof value !== 'function',
    );
    return { id, error: { ...Object.fromEntries(plain), message, stack } };
  }
}

async function openDatabase(folder) {
  const database = await PGlite.create(folder);
  await closeToOthers(folder);
  return database;
}

/** What PGlite unpacks for a new database is open to everybody; what it writes later is not. */
async function closeToOthers(folder) {
  await chmod(folder, 0o700);
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const mode = entry.isDirectory() ? 0o700 : 0o600;
    // The database removes files of its own meanwhile.
    await chmod(path.join(entry.parentPath, entry.name), mode).catch(() => undefined);
  }
}

const database = openDatabase(workerData);
// Each question reports it.
database.catch(() => {});
parentPort?.on('message', (question) => {
  void answer(database, question).then((reply) => parentPort.postMessage(reply));
});
