import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { taskTypesQuery } from '../../api/queries';
import { EmptyState, PageHead } from '../../components/bits';
import { NotYet } from '../../components/table';
import { texts } from '../../texts';
import { TaskForm } from './task-form';

/** A task from its contract: the form is the schema, filled with the example. */
export function NewTask() {
  const { type } = useSearch({ from: '/new' });
  const navigate = useNavigate();
  const { data, error, refetch } = useQuery(taskTypesQuery);
  if (!data) return <NotYet title={texts.newTask.newTask} query={{ error, refetch }} lines={8} />;
  const chosen = data.taskTypes.find((one) => one.type === type) ?? (type ? undefined : data.taskTypes[0]);
  return (
    <>
      <PageHead title={texts.newTask.newTask} meta={chosen?.summary} />
      <div className="form type-choice">
        <label>
          {texts.newTask.type}
          <select
            value={chosen?.type ?? ''}
            onChange={(event) => void navigate({ to: '/new', search: { type: event.target.value }, replace: true })}
          >
            {!chosen && <option value="">{texts.newTask.chooseType}</option>}
            {data.taskTypes.map((one) => (
              <option key={one.type}>{one.type}</option>
            ))}
          </select>
        </label>
      </div>
      {chosen ? (
        <TaskForm key={chosen.type} contract={chosen} />
      ) : (
        <EmptyState
          title={texts.newTask.noType(type ?? '')}
          hint={data.absent.find((one) => one.type === type)?.reason ?? texts.newTask.chooseOne}
        />
      )}
    </>
  );
}
