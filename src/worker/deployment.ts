import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { WorkerOptions } from '@temporalio/worker';
import { VERSION } from '../version';

/** One build among those that serve the same work, as Temporal's Worker Versioning knows it. */
export interface Deployment {
  name: string;
  buildId: string;
}

const ROOT = path.join(__dirname, '..', '..');
const LENGTH = 12;

/**
 * What makes a worker one of a versioned deployment; nothing, where none is asked for. Every workflow moves on to the
 * current build with its next workflow task (`AUTO_UPGRADE`): a parked task, a circuit breaker and the memory of the
 * alerts live for weeks, so that builds they were pinned to could never be stopped; and short ones would hang when
 * their build's last worker stops, as it does where API and worker are one process.
 */
export function deploymentOptions(deployment: Deployment | undefined): Pick<WorkerOptions, 'workerDeploymentOptions'> {
  if (!deployment) return {};
  const { name: deploymentName, buildId } = deployment;
  return {
    workerDeploymentOptions: {
      useWorkerVersioning: true,
      version: { deploymentName, buildId },
      defaultVersioningBehavior: 'AUTO_UPGRADE',
    },
  };
}

/** The settings' deployment, if they name one. Without a build ID of their own, it is the version and the commit. */
export function deploymentOf(settings: {
  HOLDFAST_DEPLOYMENT?: string | undefined;
  HOLDFAST_BUILD_ID?: string | undefined;
}): Deployment | undefined {
  const { HOLDFAST_DEPLOYMENT: name, HOLDFAST_BUILD_ID: buildId = ownBuildId() } = settings;
  return name === undefined ? undefined : { name, buildId };
}

/** The package's version, and the commit of its checkout; without one, what distinguishes its workflow code from others. */
export function ownBuildId(root = ROOT): string {
  return [VERSION, commitOf(root) ?? bundleHash(root)].filter(Boolean).join('-');
}

function commitOf(root: string): string | undefined {
  try {
    const head = read(path.join(gitFolder(root), 'HEAD'));
    const [, ref] = /^ref: (\S+)$/.exec(head) ?? [];
    return (ref === undefined ? head : resolve(gitFolder(root), ref))?.slice(0, LENGTH);
  } catch {
    return undefined;
  }
}

/** A worktree has a file there that names the folder. */
function gitFolder(root: string): string {
  const place = path.join(root, '.git');
  const [, folder] = /^gitdir: (.+)$/.exec(existsSync(path.join(place, 'HEAD')) ? '' : read(place)) ?? [];
  return folder === undefined ? place : path.resolve(root, folder);
}

function resolve(folder: string, ref: string): string | undefined {
  const common = path.join(folder, 'commondir');
  const shared = existsSync(common) ? path.resolve(folder, read(common)) : folder;
  for (const place of [folder, shared]) {
    if (existsSync(path.join(place, ref))) return read(path.join(place, ref));
  }
  const line = read(path.join(shared, 'packed-refs'))
    .split('\n')
    .find((one) => one.endsWith(` ${ref}`));
  return line?.split(' ')[0];
}

function bundleHash(root: string): string | undefined {
  try {
    const code = readFileSync(path.join(root, 'dist', 'workflow-bundle.js'));
    return createHash('sha256').update(code).digest('hex').slice(0, LENGTH);
  } catch {
    return undefined;
  }
}

function read(file: string): string {
  return readFileSync(file, 'utf8').trim();
}
