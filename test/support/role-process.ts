import path from 'node:path';
import { RunningProcess } from './running-process';

const DIST = path.join(__dirname, '..', '..', 'dist');
const READY = { worker: 'worker started', api: 'API listens' };

/**
 * Starts a role of the built product, as `npm run worker` or `npm run api` runs it, with these settings only.
 * Without metrics by default: several processes of one machine cannot share their port.
 */
export function startRole(role: keyof typeof READY, settings: Record<string, string>): Promise<RunningProcess> {
  const { PATH = '' } = process.env;
  const env = { PATH, HOLDFAST_METRICS_PORT: '0', ...settings };
  return RunningProcess.start([path.join(DIST, role, 'main.js')], env, READY[role]);
}
