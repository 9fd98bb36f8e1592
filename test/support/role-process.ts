import path from 'node:path';
import { RunningProcess } from './running-process';

const DIST = path.join(__dirname, '..', '..', 'dist');
const READY = { worker: 'worker started', api: 'API listens' };

/** Starts a role of the built product, as `npm run worker` or `npm run api` runs it, with these settings only. */
export function startRole(role: keyof typeof READY, settings: Record<string, string>): Promise<RunningProcess> {
  const { PATH = '' } = process.env;
  return RunningProcess.start([path.join(DIST, role, 'main.js')], { PATH, ...settings }, READY[role]);
}
