import { chmod, readdir } from 'node:fs/promises';
import path from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import { PGlite } from '@electric-sql/pglite';

/** What the thread is asked: a statement, or to close the database. */
export type Question = { id: number; text: string; parameters: unknown[] } | { id: number; close: true };

/** Errors cross as their fields: a copy made by the runtime would lose the SQLSTATE. */
export type Answer =
  | { id: number; rows: unknown[]; affected: number }
  | { id: number; error: Record<string, unknown> & { message: string } };

async function answer(database: Promise<PGlite>, question: Question): Promise<Answer> {
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
    const { message, stack, ...fields } = error as Error;
    const plain = Object.entries(fields).filter(
      ([, value]) => typeof value !== 'object' && typeof value !== 'function',
    );
    return { id, error: { ...Object.fromEntries(plain), message, stack } };
  }
}

async function openDatabase(folder: string): Promise<PGlite> {
  const database = await PGlite.create(folder);
  await closeToOthers(folder);
  return database;
}

/** What PGlite unpacks for a new database is open to everybody; what it writes later is not. */
async function closeToOthers(folder: string): Promise<void> {
  await chmod(folder, 0o700);
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const mode = entry.isDirectory() ? 0o700 : 0o600;
    // The database removes files of its own meanwhile.
    await chmod(path.join(entry.parentPath, entry.name), mode).catch(() => undefined);
  }
}

/** The embedded database in a thread of its own; `workerData` is its folder. Its owner asks one thing at a time. */
const database = openDatabase(workerData as string);
// Each question reports it.
database.catch(() => {});
parentPort?.on('message', (question: Question) => {
  void answer(database, question).then((reply) => parentPort?.postMessage(reply));
});
