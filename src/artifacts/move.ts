import { HoldfastError } from '../errors';
import type { KeptArtifactStore } from './store';
import type { Kept } from './transfer';

/** What a move has come to. */
export interface Moved {
  /** Copied now, and read back or hashed again in the new place. */
  copied: Counts;
  /** Found there already, with the same content. */
  already: Counts;
  /** Bytes of the files that were copied. */
  bytes: number;
  /** Files whose content is not what their hash says. They were not copied. */
  damaged: string[];
  /** Keys under which the new place has something else, which stays. */
  different: string[];
  /** Keys that went away while they were about to be copied. */
  gone: number;
}

interface Counts {
  files: number;
  texts: number;
  journals: number;
}

interface MoveOptions {
  /** Only files, which can be copied ahead while everything runs. Defaults to false. */
  filesOnly?: boolean;
  /** Things copied at once. Defaults to 8. */
  atOnce?: number;
  /** Called after each. */
  onStep?: (moved: Moved) => void;
  signal?: AbortSignal;
}

const COUNTED = { file: 'files', text: 'texts', journal: 'journals' } as const;

/**
 * Copies everything of one store into another, and proves each copy. What is there already is left alone, so a move that
 * was interrupted goes on where it was. Nothing is removed from the old store.
 */
export async function moveArtifacts(
  from: KeptArtifactStore,
  to: KeptArtifactStore,
  { filesOnly = false, atOnce = 8, onStep, signal }: MoveOptions = {},
): Promise<Moved> {
  const counts = () => ({ files: 0, texts: 0, journals: 0 });
  const moved: Moved = { copied: counts(), already: counts(), bytes: 0, damaged: [], different: [], gone: 0 };
  const source = from.transfer.all();
  const lane = async () => {
    for (let next = await source.next(); !next.done; next = await source.next()) {
      signal?.throwIfAborted();
      if (filesOnly && next.value.kind !== 'file') return;
      await moveOne(from, to, next.value, moved);
      onStep?.(moved);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, lane));
  return moved;
}

async function moveOne(from: KeptArtifactStore, to: KeptArtifactStore, kept: Kept, moved: Moved): Promise<void> {
  const moveIt = { file: moveFile, text: moveText, journal: moveJournal }[kept.kind];
  const outcome = await moveIt(from, to, kept, moved);
  if (outcome === 'copied' || outcome === 'already') moved[outcome][COUNTED[kept.kind]]++;
  else if (outcome === 'gone') moved.gone++;
  else moved[outcome].push(kept.key);
}

type Outcome = 'copied' | 'already' | 'damaged' | 'different' | 'gone';

async function moveFile(from: KeptArtifactStore, to: KeptArtifactStore, { key }: Kept, moved: Moved): Promise<Outcome> {
  if (await to.has(key)) return 'already';
  try {
    const { stream } = await from.open(key);
    const { hash, bytes } = await to.put(stream);
    // What does not have its hash lies under another one now, which nothing refers to: upkeep takes it away.
    if (hash !== key) return 'damaged';
    moved.bytes += bytes;
    return (await to.has(key)) ? 'copied' : 'damaged';
  } catch (error) {
    if (error instanceof HoldfastError && error.code === 'not-found') return 'gone';
    throw error;
  }
}

async function moveText(from: KeptArtifactStore, to: KeptArtifactStore, kept: Kept): Promise<Outcome> {
  const text = await from.transfer.readText(kept);
  if (text === undefined) return 'gone';
  const added = await to.transfer.addText(kept.key, text);
  if ((await to.transfer.readText(kept)) !== text) return 'different';
  return added ? 'copied' : 'already';
}

async function moveJournal(from: KeptArtifactStore, to: KeptArtifactStore, kept: Kept): Promise<Outcome> {
  const text = await from.transfer.readText(kept);
  if (!text) return 'gone';
  const there = await to.transfer.readText(kept);
  if (there === text || there?.startsWith(`${text}\n`)) return 'already';
  if (there && !text.startsWith(`${there}\n`)) return 'different';
  const lines = text.split('\n').slice(there ? there.split('\n').length : 0);
  await to.transfer.addLines(kept.key, lines);
  return (await to.transfer.readText(kept)) === text ? 'copied' : 'different';
}
