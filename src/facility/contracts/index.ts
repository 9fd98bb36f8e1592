import { jobsAutoclose } from './jobs-autoclose';
import { ticketsEscalate } from './tickets-escalate';

/** The task types of the facility pack. */
export const facilityContracts = [jobsAutoclose, ticketsEscalate] as const;
export type FacilityContracts = typeof facilityContracts;
