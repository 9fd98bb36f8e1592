import type { Handler, HandlersFor } from '../activities/attempt/handler';
import type { Verifier, VerifiersFor } from '../activities/attempt/verify';
import { type CitationSettings, createCitationsExtract } from './citations-extract/handler';
import type { AllowedCommands } from './command-run/allowed-command';
import { createCommandVerifier } from './command-run/check';
import { createCommandRun } from './command-run/handler';
import type { Catalogue } from './contracts';
import { createEmailSend, type EmailSettings } from './email-send/handler';
import { verifyEmailSend } from './email-send/recorded';
import { createImageConvert } from './image-convert/handler';
import { verifyImageConvert } from './image-convert/recorded';
import type { TransactionAgent } from './transactions-process/agent';
import { createTransactionsProcess } from './transactions-process/handler';
import { createWebhookDeliver, verifyWebhookDeliver, type WebhookSettings } from './webhook-deliver/handler';
import { processWebhook, verifyWebhookProcess } from './webhook-process/handler';

export interface HandlerSettings {
  commands: AllowedCommands;
  /** Largest image that is read or made, in pixels. */
  maxPixels: number;
  /** Defaults to those of a worker without Python, which tells every task of citations.extract so. */
  citations?: CitationSettings;
  /** Defaults to public receivers only. */
  webhooks?: WebhookSettings;
  /** Defaults to no mail server: every mail fails with that reason. */
  email?: EmailSettings;
  /** Finds out what a bank transaction is. Defaults to fixed rules. */
  agent?: TransactionAgent;
}

const NO_PYTHON: CitationSettings = { python: '' };

export interface Handlers {
  handlers: Readonly<Record<string, Handler>>;
  /** For the task types that can tell whether their effect has happened. */
  verifiers: Readonly<Record<string, Verifier>>;
  /** Ends what handlers keep warm between attempts. */
  close(): Promise<void>;
}

/** The handler of every task type in the catalogue, of which one that is missing does not compile; and the verifiers. */
export function createHandlers({
  commands,
  maxPixels,
  email,
  citations = NO_PYTHON,
  agent,
  webhooks = {},
}: HandlerSettings): Handlers {
  const images = createImageConvert({ maxPixels });
  const extractor = createCitationsExtract(citations);
  const deliveries = createWebhookDeliver(webhooks);
  const handlers: HandlersFor<Catalogue> = {
    'image.convert': images.handler,
    'command.run': createCommandRun({ commands }),
    'webhook.deliver': deliveries.handler,
    'webhook.process': processWebhook,
    'email.send': createEmailSend(email),
    'citations.extract': extractor.handler,
    'transactions.process': createTransactionsProcess(agent ? { agent } : {}),
  };
  const verifiers: VerifiersFor<Catalogue> = {
    'image.convert': verifyImageConvert,
    'command.run': createCommandVerifier({ commands }),
    'webhook.deliver': verifyWebhookDeliver,
    'webhook.process': verifyWebhookProcess,
    'email.send': verifyEmailSend,
  };
  return {
    handlers: handlers as unknown as Record<string, Handler>,
    verifiers: verifiers as unknown as Record<string, Verifier>,
    close: async () => {
      await Promise.all([images.close(), extractor.close(), deliveries.close()]);
    },
  };
}
