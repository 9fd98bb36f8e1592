import { jobsAutoclose } from './jobs-autoclose';
import { reportsCreate } from './reports-create';
import { reportsMail } from './reports-mail';
import { ticketsEscalate } from './tickets-escalate';

/** The task types of the facility pack. */
export const facilityContracts = [jobsAutoclose, ticketsEscalate, reportsCreate, reportsMail] as const;
export type FacilityContracts = typeof facilityContracts;
