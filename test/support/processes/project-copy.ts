import { cp, mkdir, mkdtemp, readdir, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

const ROOT = path.join(__dirname, '..', '..', '..');
const PARTS = ['scripts', 'src', 'python', 'package.json', 'package-lock.json', 'tsconfig.json', 'tsconfig.build.json'];

/** A checkout of its own that a test may change, with the dependencies of this one. */
export async function copyProject({ build = false } = {}): Promise<{ folder: string; remove: () => Promise<void> }> {
  const folder = await mkdtemp(path.join(tmpdir(), 'holdfast-project-'));
  for (const part of build ? [...PARTS, 'dist'] : PARTS) {
    await cp(path.join(ROOT, part), path.join(folder, part), { recursive: true });
  }
  // Each package by itself: an `npm ci` of the copy must not empty the folder of this checkout.
  await mkdir(path.join(folder, 'node_modules'));
  for (const name of await readdir(path.join(ROOT, 'node_modules'))) {
    await symlink(path.join(ROOT, 'node_modules', name), path.join(folder, 'node_modules', name));
  }
  return { folder, remove: () => rm(folder, { recursive: true, force: true }) };
}
