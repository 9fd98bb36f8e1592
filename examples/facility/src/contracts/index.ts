import { jobsAutoclose } from './jobs-autoclose';
import { ppmCreate } from './ppm-create';
import { remindersSend } from './reminders-send';
import { reportsCreate } from './reports-create';
import { reportsMail } from './reports-mail';
import { ticketsEscalate } from './tickets-escalate';

/** The task types of the facility pack. */
export const facilityContracts = [
  jobsAutoclose,
  ticketsEscalate,
  ppmCreate,
  remindersSend,
  reportsCreate,
  reportsMail,
] as const;
export type FacilityContracts = typeof facilityContracts;
