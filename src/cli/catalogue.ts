import { createHandlers, type Handlers } from '../activities';
import { citationSettings } from '../citations';
import type { Config } from '../config';
import { createContracts } from '../tasks';
import type { Contract } from '../tasks/contract';
import { webhookSettings } from '../webhooks';

/** The task types that a command line knows: what may be submitted, and what can be verified and rehearsed here. */
export interface Catalogue {
  contracts: readonly Contract[];
  /** Made only by the commands that run a handler's code. */
  createHandlers(): Handlers;
}

/** The task types that Holdfast ships, as the settings say. */
export function shippedCatalogue(config: Config): Catalogue {
  const commands = config.HOLDFAST_COMMANDS;
  return {
    contracts: createContracts({ commands, urlHosts: config.HOLDFAST_URL_HOSTS }),
    createHandlers: () =>
      createHandlers({
        commands,
        maxPixels: config.HOLDFAST_IMAGE_MAX_PIXELS,
        email: config.email,
        webhooks: webhookSettings(config),
        citations: citationSettings(config),
      }),
  };
}
