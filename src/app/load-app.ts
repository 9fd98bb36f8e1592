import { existsSync, statSync } from 'node:fs';
import path from 'node:path';
import type { Config } from '../config';
import { StartError } from '../errors';
import { App, type AppDefinition } from './app';

const NAMES = ['ts', 'mts', 'js', 'mjs', 'cjs'].map((ending) => `holdfast.config.${ending}`);

const built = (file: string) => path.join(__dirname, '..', file);
/** The entry points as package.json has them: the loader would look for the others below the first. */
const ALIASES = {
  holdfast: built('index.js'),
  'holdfast/client': built('http-client/index.js'),
  'holdfast/packs': built('catalogue/packs.js'),
  'holdfast/testing': built('testing/index.js'),
};

/** The file of the app: the one that the setting names or that is in its folder, or the one in the working folder. `undefined`: the shipped app. */
export function appFile({ HOLDFAST_APP: named }: Pick<Config, 'HOLDFAST_APP'>): string | undefined {
  if (named === undefined) return inFolder(process.cwd());
  return isFolder(named) ? (inFolder(named) ?? named) : named;
}

function inFolder(folder: string): string | undefined {
  return NAMES.map((name) => path.join(folder, name)).find((file) => existsSync(file));
}

function isFolder(place: string): boolean {
  return statSync(place, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

/** Loads the app that the settings name, with the handlers' modules. @throws StartError that says what is wrong with its file. */
export async function loadApp(config: Config): Promise<App> {
  return new App(await loadDefinition(config), config);
}

/** Loads the definition of the app that the settings name. @throws StartError that says what is wrong with its file. */
export async function loadDefinition(config: Config): Promise<AppDefinition> {
  const file = appFile(config);
  if (file === undefined) return (await import('./stock')).stockApp;
  if (!existsSync(file)) throw new StartError(`There is no file ${file}, which HOLDFAST_APP names.`);
  if (isFolder(file)) throw new StartError(`The folder ${file}, which HOLDFAST_APP names, has no holdfast.config.ts.`);
  const exported = await load(file);
  if (isDefinition(exported)) return exported;
  throw new StartError(`${file} has no app as its default export: end it with \`export default defineApp({ … })\`.`);
}

async function load(file: string): Promise<unknown> {
  try {
    // Its own copy of this package must be this one: a failure class of another would not be known here.
    const { createJiti } = await import('jiti');
    const jiti = createJiti(__filename, { alias: ALIASES });
    return await jiti.import(file, { default: true });
  } catch (error) {
    throw new StartError(`${file} cannot be loaded: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  }
}

function isDefinition(value: unknown): value is AppDefinition {
  const { name, packs } = (value ?? {}) as Partial<AppDefinition>;
  return typeof name === 'string' && Array.isArray(packs);
}
