import { AlertClient } from '../../client/monitor/alerts';
import { readMonitor } from '../../client/monitor/monitor';
import type { Check, Finding } from './check';

/** Whether the monitor's passes come. */
export const monitor: Check = {
  name: 'monitor',
  look: async ({ gateway }) => {
    const { interval, paused, lastPass, nextPassAt, overdue } = await readMonitor(gateway);
    const name = 'monitor';
    const finding = (message: string, todo: string): Finding[] => [{ name, level: 'warning', message, todo }];
    if (interval === undefined) return finding('No monitor has ever run here.', 'npm run monitor');
    const last = lastPass ? `The last pass ended at ${lastPass.endedAt}` : 'No pass has ended yet';
    if (paused) {
      return finding(
        `Somebody has paused its schedule. ${last}.`,
        'temporal schedule toggle --schedule-id holdfast-monitor --unpause',
      );
    }
    if (overdue) return finding(`${last}: it is overdue, as one should come every ${interval} s.`, 'npm run monitor');
    return [{ name, level: 'ok', message: `${last}; the next comes at ${nextPassAt ?? 'an unknown time'}.` }];
  },
};

/** Whether an alert is active. */
export const alerts: Check = {
  name: 'alerts',
  look: async ({ gateway }) => {
    const { conditions } = await new AlertClient(gateway).read();
    const name = 'alerts';
    if (conditions.length === 0) return [{ name, level: 'ok', message: 'None is active.' }];
    const keys = conditions.map(({ key }) => key).join(', ');
    const message = `${conditions.length} ${conditions.length === 1 ? 'is' : 'are'} active: ${keys}.`;
    return [{ name, level: 'warning', message, todo: 'docs/incident-runbook.md has a section for each kind.' }];
  },
};
