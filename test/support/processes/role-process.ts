import path from 'node:path';
import { RunningProcess } from './running-process';

const DIST = path.join(__dirname, '..', '..', '..', 'dist');
const READY = { worker: 'worker started', api: 'API listens', monitor: 'monitor started' };

/**
 * Starts a role of the built product, as `npm run worker` runs it, with these settings only.
 * Without metrics by default: several processes of one machine cannot share their port.
 * @param build Folder of the build. Defaults to the one that the tests use.
 * @param ready What it logs once it is ready. Defaults to what it logs when it takes work.
 */
export function startRole(
  role: keyof typeof READY,
  settings: Record<string, string>,
  ready = READY[role],
  build = DIST,
): Promise<RunningProcess> {
  const { PATH = '' } = process.env;
  const env = { PATH, HOLDFAST_METRICS_PORT: '0', ...settings };
  return RunningProcess.start([path.join(build, role, 'main.js')], env, ready);
}
