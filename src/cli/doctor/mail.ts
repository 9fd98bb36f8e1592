import { checkMailServer } from '../../monitor/alerts/mail-server';
import type { Check, Machine } from './check';

const PATIENCE_MS = 4000;

/** Whether the mail server of the alerts takes mail from here. */
export const mail: Check<Machine> = {
  name: 'smtp',
  look: async ({ config }) => {
    const name = 'smtp';
    const { HOLDFAST_SMTP_URL: server, HOLDFAST_ALERT_EMAIL: addresses } = config;
    if (server === undefined) {
      if (addresses.length === 0) return [{ name, level: 'ok', message: 'Not configured: alerts are not mailed.' }];
      const message = 'HOLDFAST_ALERT_EMAIL is set, but no mail server.';
      return [{ name, level: 'broken', message, todo: 'Set HOLDFAST_SMTP_URL.' }];
    }
    // Without user and password.
    const { host } = new URL(server);
    try {
      await checkMailServer(server, PATIENCE_MS);
      return [{ name, level: 'ok', message: `${host} answers and lets us in.` }];
    } catch (error) {
      const message = `${host}: ${(error as Error).message}`;
      return [{ name, level: 'broken', message, todo: 'Mend the mail server, or HOLDFAST_SMTP_URL.' }];
    }
  },
};
