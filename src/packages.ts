import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** Versions of the packages that an app installs only when it uses what needs them. */
const RANGES = (
  JSON.parse(readFileSync(path.join(__dirname, '..', 'package.json'), 'utf8')) as {
    peerDependencies: Record<string, string>;
  }
).peerDependencies;

export function missingOf(names: readonly string[]): string[] {
  return names.filter((name) => !isInstalled(name));
}

/** A command for a shell: `npm install sharp@0.35`. */
export function howToInstall(names: readonly string[]): string {
  return `npm install ${names.map((name) => `${name}${versionOf(RANGES[name])}`).join(' ')}`;
}

/** A sentence that says what a part of this package lacks, and what to do; `undefined` when nothing is missing. */
export function lacking(what: string, names: readonly string[]): string | undefined {
  const missing = missingOf(names);
  if (missing.length === 0) return undefined;
  const [noun, verb] = missing.length === 1 ? ['the package', 'is'] : ['the packages', 'are'];
  return `${what} needs ${noun} ${missing.join(', ')}, which ${verb} not installed here: ${howToInstall(missing)}`;
}

/** The folder is looked for too: a package may have no entry point for this kind of import. */
function isInstalled(name: string): boolean {
  if ((require.resolve.paths(name) ?? []).some((folder) => existsSync(path.join(folder, name)))) return true;
  try {
    require.resolve(name);
    return true;
  } catch {
    return false;
  }
}

/** What fits a range `^1.2.3`, in a form that no shell takes for something else; an exact version stays as it is. */
function versionOf(range: string | undefined): string {
  const [, major, minor] = /^\^(\d+)\.(\d+)/.exec(range ?? '') ?? [];
  if (major === undefined) return range === undefined ? '' : `@${range}`;
  return `@${major === '0' ? `0.${minor}` : major}`;
}
