import type { Pack } from 'holdfast';
import { facilityContracts } from './contracts';
import { facilitySchedules } from './schedules';
import { databaseLocation } from './settings';

/** The task types of the application, with the database that their handlers share. */
export const facilityPack: Pack = {
  name: 'facility',
  contracts: () => facilityContracts,
  open: async ({ HOLDFAST_HOME: home, email }) => {
    // Only now: the API and the command line ask for contracts, and need none of the handlers' libraries.
    const { openFacility } = await import('./facility');
    return openFacility(databaseLocation(home), { mailBytes: email.maxBytes });
  },
  notHere: ({ HOLDFAST_HOME: home }, type) =>
    databaseLocation(home).kind === 'embedded' && facilityContracts.some((contract) => contract.type === type)
      ? `${type} works on the embedded database, which belongs to the running worker process alone: only with FACILITY_DATABASE as the URL of a PostgreSQL server can its code run here.`
      : undefined,
  schedules: () => facilitySchedules,
};
