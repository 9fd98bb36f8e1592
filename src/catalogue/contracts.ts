import { createCitationsContract } from './citations-extract/contract';
import type { AllowedCommands } from './command-run/allowed-command';
import { createCommandRunContract } from './command-run/contract';
import { emailSend } from './email-send/contract';
import { imageConvert } from './image-convert/contract';
import { transactionsProcess } from './transactions-process/contract';
import { webhookDeliver } from './webhook-deliver/contract';
import { webhookProcess } from './webhook-process/contract';

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
