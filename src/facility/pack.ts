import type { Pack } from '../app/pack';
import { facilityContracts } from './contracts';
import { facilitySchedules } from './schedules';

/** The pack of the facility application, which is there when it has a database. */
export const facilityPack: Pack = {
  name: 'facility',
  contracts: (config) => (config.facility ? facilityContracts : []),
  open: async (config) => {
    if (!config.facility) return { handlers: {}, verifiers: {}, close: async () => undefined };
    // With its database and fonts, which only a worker needs: the API and the command line load this file, too.
    const { openFacility } = await import('./facility');
    return openFacility(config.facility, { mailBytes: config.email.maxBytes });
  },
  notHere: (config, type) =>
    config.facility?.kind === 'embedded' && facilityContracts.some((contract) => contract.type === type)
      ? `${type} works on the embedded database, which belongs to the running worker process alone: only with HOLDFAST_FACILITY_DATABASE as the URL of a PostgreSQL server can its code run here.`
      : undefined,
  schedules: (config) => (config.facility ? facilitySchedules : []),
};
