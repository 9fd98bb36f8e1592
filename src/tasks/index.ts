import type { AllowedCommands } from './allowed-command';
import { createCitationsContract } from './citations-extract';
import { createCommandRunContract } from './command-run';
import { emailSend } from './email-send';
import { imageConvert } from './image-convert';
import { transactionsProcess } from './transactions-process';
import { webhookDeliver } from './webhook-deliver';
import { webhookProcess } from './webhook-process';

interface CatalogueSettings {
  commands: AllowedCommands;
  /** Hosts that may be fetched although they are not public. Defaults to none. */
  urlHosts?: readonly string[];
}

/** The catalogue: every task type that Holdfast ships. A new one is one more entry here. */
export function createContracts({ commands, urlHosts }: CatalogueSettings) {
  return [
    imageConvert,
    createCommandRunContract(commands),
    emailSend,
    createCitationsContract(urlHosts),
    transactionsProcess,
    webhookDeliver,
    webhookProcess,
  ] as const;
}
export type Catalogue = ReturnType<typeof createContracts>;
