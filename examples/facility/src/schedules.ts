import { NO_REDRIVES, type ScheduleOrder } from 'holdfast';

/**
 * When the pack's tasks run, in UTC. A run that fails is not repeated by a redrive: the next time of the clock does its
 * work, and a parked run would keep the clock waiting. Its items are redriven.
 */
const RUN = { overlap: 'skip', policy: { redrives: NO_REDRIVES } } as const;

export const facilitySchedules: readonly ScheduleOrder[] = [
  { id: 'facility-jobs-autoclose', type: 'jobs.autoclose', cron: '0,30 * * * *', catchUpWindow: 1500, ...RUN },
  { id: 'facility-tickets-escalate', type: 'tickets.escalate', cron: '15,45 * * * *', catchUpWindow: 1500, ...RUN },
  { id: 'facility-ppm-create', type: 'ppm.create', cron: '3 3,16 * * *', catchUpWindow: 7200, ...RUN },
  { id: 'facility-reminders-send', type: 'reminders.send', cron: '10 */8 * * *', catchUpWindow: 28_800, ...RUN },
  { id: 'facility-reports-create', type: 'reports.create', cron: '5,20,35,50 * * * *', catchUpWindow: 800, ...RUN },
  // Every 27 minutes, as it was meant: minutes 0, 27 and 54 would be 6 minutes apart once an hour.
  { id: 'facility-reports-mail', type: 'reports.mail', every: 1620, catchUpWindow: 1500, ...RUN },
];
