import { cp, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

const ROOT = path.join(__dirname, '..', '..');
const PARTS = ['scripts', 'src', 'python', 'package.json', 'package-lock.json', 'tsconfig.json', 'tsconfig.build.json'];

/** A checkout of its own that a test may change, with the dependencies of this one. */
export async function copyProject({ build = false } = {}): Promise<{ folder: string; remove: () => Promise<void> }> {
  const folder = await mkdtemp(path.join(tmpdir(), 'holdfast-project-'));
  for (const part of build ? [...PARTS, 'dist'] : PARTS) {
    await cp(path.join(ROOT, part), path.join(folder, part), { recursive: true });
  }
  await symlink(path.join(ROOT, 'node_modules'), path.join(folder, 'node_modules'));
  return { folder, remove: () => rm(folder, { recursive: true, force: true }) };
}
