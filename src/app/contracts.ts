import { createContracts } from '../catalogue/contracts';
import type { Config } from '../config';
import { facilityContracts } from '../facility/contracts';
import type { Contract } from '../tasks/contract';

/** Every task type that the settings offer: what Holdfast ships, and the facility pack when it has a database. */
export function contractsOf(config: Config): readonly Contract[] {
  const shipped = createContracts({ commands: config.HOLDFAST_COMMANDS, urlHosts: config.HOLDFAST_URL_HOSTS });
  return config.facility ? [...shipped, ...facilityContracts] : shipped;
}
