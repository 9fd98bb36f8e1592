import { reminderKey } from '../../../examples/facility/src/keys';
import { dueReminders } from '../../../examples/facility/src/remind/due-reminders';
import { add, addLateJob, minutes } from '../rows';
import type { Chapter } from './chapter';

/** Hours of the day; the last run of three may come eight hours before its end. */
const DUE = [-2, 1, 5, 9, 13, 15];

/** Reminders through the day of jobs that can still be done, of one that was done, and one that is not due. */
export const remind: Chapter = {
  type: 'reminders.send',
  anew: true,
  async add({ database, day, site }) {
    const addReminder = async (hour: number, status: 'ASSIGNED' | 'COMPLETED' = 'ASSIGNED') => {
      const times = { plannedAt: minutes(20 * 60), expiresAt: minutes(21 * 60) };
      const instanceId = await addLateJob(database, site, { name: `Reminded at ${hour}`, status, ...times });
      const row = { instanceId, dueAt: day.at(hour) };
      return add(database, 'reminders', row);
    };
    const wanted = new Map<number, string>();
    for (const hour of DUE) wanted.set(await addReminder(hour), 'SUCCESS');
    wanted.set(await addReminder(2, 'COMPLETED'), 'FAILED');
    wanted.set(await addReminder(24.5), 'PENDING');
    return async () => {
      const rows = await database
        .selectFrom('reminders')
        .select(['id', 'status'])
        .where('id', 'in', [...wanted.keys()])
        .orderBy('id')
        .execute();
      expect(rows).toEqual([...wanted].map(([id, status]) => ({ id, status })));
      return DUE.length;
    };
  },
  async due(database, now) {
    const reminders = await dueReminders(database, now, 1000);
    return reminders.map(({ id, dueAt }) => ({ key: reminderKey(id, dueAt), input: { reminder: id } }));
  },
};
