import type { Logger } from 'pino';
import type { Config } from '../../config';
import type { AlertNotice, SinkName } from '../../protocol/alert';
import { redactText } from '../../tasks/redact';
import { createEmailSink } from './email';
import { createLogSink } from './log';
import type { AlertSink } from './notice';
import { createWebhookSink } from './webhook';

/** The sinks that are set up. */
export interface AlertSinks {
  /** Delivers to all at once and never rejects: a failure is logged. For those that have no one to try again. */
  deliver(notice: AlertNotice): Promise<void>;
  /** @returns False when this sink is not set up. Rejects when the notice did not arrive. */
  deliverTo(sink: SinkName, notice: AlertNotice): Promise<boolean>;
}

type SinkSettings = Pick<
  Config,
  'HOLDFAST_ALERT_WEBHOOK' | 'HOLDFAST_ALERT_EMAIL' | 'HOLDFAST_ALERT_FROM' | 'HOLDFAST_SMTP_URL'
>;

/** The sinks as the settings say: the log always. @throws StartError for addresses without a mail server. */
export function createAlertSinks(settings: SinkSettings, logger: Logger): AlertSinks {
  const sinks: Record<SinkName, AlertSink | undefined> = {
    log: createLogSink(logger),
    webhook: createWebhookSink(settings.HOLDFAST_ALERT_WEBHOOK),
    email: createEmailSink({
      to: settings.HOLDFAST_ALERT_EMAIL,
      from: settings.HOLDFAST_ALERT_FROM,
      server: settings.HOLDFAST_SMTP_URL,
    }),
  };
  const deliverTo = async (name: SinkName, notice: AlertNotice): Promise<boolean> => {
    const sink = sinks[name];
    await sink?.(withoutSecrets(notice));
    return sink !== undefined;
  };
  return {
    deliverTo,
    deliver: async (notice) => {
      const names = Object.keys(sinks) as SinkName[];
      const sent = names.map((name) =>
        deliverTo(name, notice).catch((err: unknown) =>
          logger.error({ err, sink: name, alert: notice.key }, 'an alert could not be delivered'),
        ),
      );
      await Promise.all(sent);
    },
  };
}

/** Messages of failures are part of notices, and handlers put all sorts of things into them. */
function withoutSecrets(notice: AlertNotice): AlertNotice {
  return { ...notice, title: redactText(notice.title), message: redactText(notice.message) };
}
