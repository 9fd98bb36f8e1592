import { ALERT_SIGNALS } from '../../src/protocol/alert';
import { Alerts } from './alerts';
import type { Paths } from './path';

const LOG_ONLY = { log: 'delivered', webhook: 'off', email: 'off' } as const;

/** What becomes of alerts. They stay open workflows. */
export const alertPaths: Paths = {
  'alerts-told-worse-and-over': Alerts.path(LOG_ONLY, async (alerts) => {
    await alerts.report({});
    await alerts.told(1);
    await alerts.report({ value: 52 });
    await alerts.remembers('it is known', ({ conditions }) => conditions[0]?.value === 52);
    await alerts.report({ value: 102 });
    await alerts.told(2);
    await alerts.report({ severity: 'CRITICAL' });
    await alerts.told(3);
    await alerts.report({ holds: false });
    await alerts.told(4);
    return [await alerts.run()];
  }),
  'alerts-of-dead-letters': Alerts.path(LOG_ONLY, async (alerts) => {
    await alerts.tell({});
    await alerts.tell({ category: 'critical' }, { what: 'abandoned' });
    await alerts.told(2);
    await alerts.tell({ category: 'critical', count: 5 });
    await alerts.told(3);
    return [await alerts.run()];
  }),
  'alerts-without-news': Alerts.path(LOG_ONLY, async (alerts) => {
    await alerts.start({ quiet: 1 });
    await alerts.tell({ what: 'abandoned' });
    await alerts.told(2);
    return [await alerts.run()];
  }),
  'alerts-delivered-late-or-never': Alerts.path(
    { log: 'delivered', webhook: 'late', email: 'never' },
    async (alerts) => {
      await alerts.report({});
      await alerts.told(1);
      return [await alerts.run()];
    },
  ),
  'alerts-of-submissions': Alerts.path(LOG_ONLY, async (alerts) => {
    await alerts.count(1000, 10);
    await alerts.count(1000, 90);
    await alerts.remembers('both are counted', ({ submissions }) =>
      submissions.some(({ duplicates }) => duplicates > 50),
    );
    return [await alerts.run()];
  }),
  'alerts-garbage': Alerts.path(LOG_ONLY, async (alerts) => {
    await alerts.start('nonsense');
    for (const name of [...Object.values(ALERT_SIGNALS), 'no-such-signal']) {
      for (const argument of [null, 5, 'text', [1, [2]], { key: 5 }]) await alerts.handle.signal(name, argument);
    }
    await alerts.report({});
    await alerts.told(1);
    return [await alerts.run()];
  }),
};

/** Paths for a server that suggests a new run after a few events; a stock one does so after 4,096. */
export const earlyAlertPaths: Paths = {
  'alerts-continued': Alerts.path({ log: 'delivered', webhook: 'late', email: 'off' }, async (alerts) => {
    await alerts.report({});
    const first = await alerts.run();
    for (let value = 52; (await alerts.run()).runId === first.runId; value++) await alerts.report({ value });
    await alerts.remembers('the next run is at work', ({ conditions }) => conditions.length === 1);
    await alerts.report({ holds: false });
    await alerts.told(2);
    return [first, await alerts.run()];
  }),
};
