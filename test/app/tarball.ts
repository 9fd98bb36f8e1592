import { execFile } from 'node:child_process';
import { cp, lstat, mkdir, mkdtemp, readdir, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const ROOT = path.join(__dirname, '..', '..');

interface Locked {
  dependencies?: Record<string, string>;
  optionalDependencies?: Record<string, string>;
  peerDependencies?: Record<string, string>;
  peerDependenciesMeta?: Record<string, { optional?: boolean }>;
}

const manifest = require('../../package.json') as Locked;
const { packages } = require('../../package-lock.json') as { packages: Record<string, Locked> };

/** What `npm install` of the tarball must bring; the optional peers stay out. */
const NEEDED = Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies }).filter(
  (name) => !manifest.peerDependenciesMeta?.[name]?.optional,
);
export const OPTIONAL = Object.keys(manifest.peerDependenciesMeta ?? {});

/** The package as `npm pack` makes it, installed into a folder outside of the repository. */
export interface Installation {
  folder: string;
  /** Runs a program of `node_modules/.bin` there. Rejects with its output when it fails. */
  run(program: string, args: string[], env?: NodeJS.ProcessEnv): Promise<string>;
  remove(): Promise<void>;
}

/**
 * Packs, and installs into a copy of `from`. Without the network: the tarball is unpacked, and each package that it depends on is
 * a link to the one in this checkout, which the lockfile has chosen. What it does not depend on is not there.
 * @param also Packages and programs of the app's own.
 */
export async function installTarball(from: string | undefined, also: readonly string[]): Promise<Installation> {
  const folder = await mkdtemp(path.join(tmpdir(), 'holdfast-team-'));
  if (from) await cp(path.join(ROOT, from), folder, { recursive: true });
  const modules = path.join(folder, 'node_modules');
  await mkdir(path.join(modules, '.bin'), { recursive: true });
  const { stdout } = await run('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', folder], {
    cwd: ROOT,
    maxBuffer: 64 * 1024 * 1024,
  });
  const [{ filename }] = JSON.parse(stdout) as [{ filename: string }];
  await run('tar', ['-xzf', path.join(folder, filename), '-C', modules]);
  await run('mv', [path.join(modules, 'package'), path.join(modules, 'holdfast')]);
  for (const name of new Set([...NEEDED, ...also])) {
    const place = path.join(modules, name);
    await mkdir(path.dirname(place), { recursive: true });
    await symlink(path.join(ROOT, 'node_modules', name), place);
  }
  const bin = path.join(modules, '.bin');
  await symlink('../holdfast/bin/holdfast.js', path.join(bin, 'holdfast'));
  const programs = { node: process.execPath, ...Object.fromEntries(['tsc', 'vitest', 'jest'].map(inRoot)) };
  for (const [name, file] of Object.entries(programs)) await symlink(file, path.join(bin, name));
  return {
    folder,
    run: async (program, args, env = {}) => {
      const options = {
        cwd: folder,
        env: { ...process.env, NO_COLOR: '1', FORCE_COLOR: '0', ...env },
        maxBuffer: 64 * 1024 * 1024,
      };
      try {
        const { stdout: said, stderr } = await run(path.join(bin, program), args, options);
        return said + stderr;
      } catch (error) {
        const { stdout: said = '', stderr = '' } = error as { stdout?: string; stderr?: string };
        throw new Error(`${program} ${args.join(' ')} failed: ${(error as Error).message}\n${said}\n${stderr}`);
      }
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

function inRoot(program: string): [string, string] {
  return [program, path.join(ROOT, 'node_modules', '.bin', program)];
}

/** Bytes on disk of what `npm install` of the tarball brings with it, of this platform, by the packages of the lockfile. */
export async function installedSizes(): Promise<Map<string, number>> {
  const places = new Set<string>();
  const add = (place: string | undefined) => {
    if (!place || places.has(place)) return;
    places.add(place);
    const { dependencies, optionalDependencies } = packages[place] ?? {};
    for (const name of Object.keys({ ...dependencies, ...optionalDependencies })) add(placeOf(place, name));
  };
  for (const name of NEEDED) add(placeOf('', name));
  const sizes = new Map<string, number>();
  for (const place of places) sizes.set(place.replace(/^.*node_modules\//, ''), await sizeOf(path.join(ROOT, place)));
  return sizes;
}

/** Where Node finds a package from another one: as near as possible. `undefined`: of another platform. */
function placeOf(from: string, name: string): string | undefined {
  for (let folder = from; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf('node_modules/') - 1))) {
    const place = path.posix.join(folder, 'node_modules', name);
    if (packages[place]) return place;
    if (folder === '') return undefined;
  }
}

/** Bytes of the files of a package, without those of packages inside of it. */
export async function sizeOf(folder: string): Promise<number> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const sizes = await Promise.all(
    entries
      .filter(({ name }) => name !== 'node_modules')
      .map(async (entry) => {
        const file = path.join(folder, entry.name);
        return entry.isDirectory() ? sizeOf(file) : (await lstat(file)).size;
      }),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}
