import type { Insertable } from 'kysely';
import { lateJobs } from '../../../examples/facility/src/autoclose/late-jobs';
import type { FacilityTables } from '../../../examples/facility/src/database/schema';
import { autocloseKey } from '../../../examples/facility/src/keys';
import { addLateJob } from '../rows';
import type { Chapter } from './chapter';

type Kind = [Partial<Insertable<FacilityTables['jobInstances']>>, ('ASSIGNED' | 'COMPLETED')[], string];

/** A job and its checkpoints, and how it ends once it is late. */
const KINDS: readonly Kind[] = [
  [{ notice: 'AUTOCLOSENOTIFY' }, [], 'AUTOCLOSED'],
  [{ notice: 'RAISETICKETNOTIFY' }, ['ASSIGNED'], 'AUTOCLOSED'],
  [{ identifier: 'EXTERNALTOUR', status: 'INPROGRESS' }, ['COMPLETED', 'ASSIGNED'], 'PARTIALLYCOMPLETED'],
  [{ identifier: 'PPM', notice: 'NONE' }, [], 'AUTOCLOSED'],
];

const EVERY_HOURS = 2;

/** Jobs that become late every two hours, two alike at a time, from the evening before on. */
export const autoclose: Chapter = {
  type: 'jobs.autoclose',
  async add({ database, day, site }) {
    const due = new Map<number, string>();
    const others = new Map<number, string>();
    const add = async (hour: number, more: Kind[0], checkpoints: Kind[1] = []) =>
      addLateJob(
        database,
        site,
        { name: `Round ${hour}`, plannedAt: day.at(hour - 0.5), expiresAt: day.at(hour), ...more },
        checkpoints,
      );
    for (let hour = -3.75, turn = 0; hour < 20; hour += EVERY_HOURS, turn++) {
      const [more, checkpoints, end] = KINDS[turn % KINDS.length] as Kind;
      for (const _alike of [1, 2]) due.set(await add(hour, more, checkpoints), end);
    }
    others.set(await add(5, { status: 'COMPLETED' }), 'COMPLETED');
    others.set(await add(6, { status: 'PARTIALLYCOMPLETED' }), 'PARTIALLYCOMPLETED');
    others.set(await add(-24.1, {}), 'ASSIGNED');
    others.set(await add(24.05, {}), 'ASSIGNED');
    return async () => {
      const rows = await database
        .selectFrom('jobInstances')
        .select(['id', 'status', 'autoclosedByServer'])
        .where('id', 'in', [...due.keys(), ...others.keys()])
        .orderBy('id')
        .execute();
      const wanted = [...due].map(([id, status]) => ({ id, status, autoclosedByServer: true }));
      const left = [...others].map(([id, status]) => ({ id, status, autoclosedByServer: false }));
      expect(rows).toEqual([...wanted, ...left].sort((one, other) => one.id - other.id));
      return due.size;
    };
  },
  async due(database, now) {
    const jobs = await lateJobs(database, now, 1000);
    return jobs.map(({ id, expiresAt }) => ({ key: autocloseKey(id, expiresAt), input: { job: id } }));
  },
};
