import type { Handlers } from '../catalogue/handlers';
import type { Config } from '../config';
import { facilityContracts } from '../facility/contracts';
import type { Contract } from '../tasks/contract';
import { contractsOf } from './contracts';

/** The task types that a command line knows: what may be submitted, and what can be verified and rehearsed here. */
export interface Catalogue {
  contracts: readonly Contract[];
  /** Made only by the commands that run a handler's code. */
  createHandlers(): Handlers | Promise<Handlers>;
  /** Why the code of a task type cannot run in this process, and what to do; undefined when it can. Defaults to that. */
  notHere?(type: string): string | undefined;
}

/** The task types that the settings offer. */
export function shippedCatalogue(config: Config): Catalogue {
  return {
    contracts: contractsOf(config),
    createHandlers: () => handlersFor(config),
    notHere: (type) =>
      config.facility?.kind === 'embedded' && facilityContracts.some((contract) => contract.type === type)
        ? `${type} works on the embedded database, which belongs to the running worker process alone: only with HOLDFAST_FACILITY_DATABASE as the URL of a PostgreSQL server can its code run here.`
        : undefined,
  };
}

async function handlersFor(config: Config): Promise<Handlers> {
  // Few commands run a handler's code, and it takes its time to load.
  const [{ createHandlers }, { citationSettings }, { webhookSettings }] = await Promise.all([
    import('../catalogue/handlers'),
    import('../catalogue/citations-extract/settings'),
    import('../catalogue/webhook-deliver/settings'),
  ]);
  const shipped = createHandlers({
    commands: config.HOLDFAST_COMMANDS,
    maxPixels: config.HOLDFAST_IMAGE_MAX_PIXELS,
    email: config.email,
    webhooks: webhookSettings(config),
    citations: citationSettings(config),
  });
  if (config.facility?.kind !== 'postgres') return shipped;
  const { openFacility } = await import('../facility/facility');
  const facility = await openFacility(config.facility, { mailBytes: config.email.maxBytes });
  return {
    handlers: { ...shipped.handlers, ...facility.handlers },
    verifiers: { ...shipped.verifiers, ...facility.verifiers },
    close: async () => {
      await Promise.all([shipped.close(), facility.close()]);
    },
  };
}
