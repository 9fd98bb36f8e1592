import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Harness } from '../../test/support/harness';
import type { DynamicConfig } from '../../test/support/temporal-server';
import { runTrial } from '../trial';
import { attemptPaths } from './attempt-paths';
import { carriedPaths } from './carried-paths';
import { controlPaths, earlyControlPaths } from './control-paths';
import { deadLetterPaths } from './dead-letter-paths';
import { endPaths } from './end-paths';
import { lossPaths } from './loss-paths';
import { operatorPaths } from './operator-paths';
import type { Paths, Run } from './path';
import { scrub } from './scrub';
import { waitingPaths } from './waiting-paths';

const TASK_PATHS = {
  ...attemptPaths,
  ...waitingPaths,
  ...operatorPaths,
  ...lossPaths,
  ...deadLetterPaths,
  ...endPaths,
  ...carriedPaths,
};
/** Stock servers suggest a new run after 4,096 events. */
const EARLY: DynamicConfig = { 'limit.historyCount.suggestContinueAsNew': 40 };
/** Each group has a server of its own. */
const GROUPS: { paths: Paths; dynamicConfig: DynamicConfig }[] = [
  { paths: { ...TASK_PATHS, ...controlPaths }, dynamicConfig: {} },
  { paths: earlyControlPaths, dynamicConfig: EARLY },
];
const PATHS: Paths = Object.assign({}, ...GROUPS.map(({ paths }) => paths));
const HISTORIES = path.join(__dirname, '..', '..', 'test', 'histories');

/**
 * Records the histories of a release, of all paths or of those named. A history that is there already is
 * what tasks of that release look like, so nothing is ever overwritten.
 */
async function record([release = '', ...names]: string[]): Promise<void> {
  if (!/^\d+\.\d+\.\d+$/.test(release)) throw new Error('Name the release, as in: npm run record-histories -- 0.1.0');
  const folder = path.join(HISTORIES, release);
  const chosen = names.length > 0 ? names : Object.keys(PATHS);
  for (const name of chosen) {
    if (!PATHS[name]) throw new Error(`There is no path ${name}. Known: ${Object.keys(PATHS).join(', ')}.`);
    if (existsSync(fileOf(folder, name))) {
      throw new Error(`${name} of ${release} is recorded already, and golden histories are never recorded again.`);
    }
  }
  await mkdir(folder, { recursive: true });
  for (const { paths, dynamicConfig } of GROUPS) {
    const ours = Object.entries(paths).filter(([name]) => chosen.includes(name));
    if (ours.length === 0) continue;
    const harness = await Harness.start({ dynamicConfig });
    try {
      await harness.startWorkers();
      for (const [name, lead] of ours) {
        console.log(name);
        for (const [index, run] of (await lead(harness)).entries())
          await write(harness, run, fileOf(folder, name, index + 1));
      }
    } finally {
      await harness.close();
    }
  }
}

async function write(harness: Harness, { id, runId }: Run, file: string): Promise<void> {
  const args = ['workflow', 'show', '--workflow-id', id, '--run-id', runId, '--output', 'json'];
  const stdout = await harness.temporalCli(...args);
  const history: unknown = scrub(JSON.parse(stdout), harness.folder);
  await writeFile(file, `${JSON.stringify(history, null, 1)}\n`, { flag: 'wx' });
}

/** A path's later runs have their number in the name. */
function fileOf(folder: string, name: string, run = 1): string {
  return path.join(folder, `${name}${run > 1 ? `-${run}` : ''}.json`);
}

runTrial(() => record(process.argv.slice(2)));
