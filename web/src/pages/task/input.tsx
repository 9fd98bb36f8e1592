import { useQuery } from '@tanstack/react-query';
import type { Task } from '../../api/client';
import { useRefused } from '../../api/may';
import { taskInputQuery } from '../../api/queries';
import { CopyButton, ErrorState, Panel, Skeleton } from '../../components/bits';
import { ValueView } from '../../components/value-view';
import { texts } from '../../texts';

/** What the task was given, as far as this person may see it. */
export function Input({ task: { id, type } }: { task: Task }) {
  const unseen = useRefused('operate', { type });
  const { data, error, refetch } = useQuery({ ...taskInputQuery(id), enabled: !unseen });
  if (unseen && !data) return <Panel>{unseen}</Panel>;
  if (error) return <ErrorState error={error} retry={() => void refetch()} />;
  if (!data) return <Skeleton lines={4} />;
  const command = `holdfast info ${id} --input`;
  return (
    <Panel>
      {data.known ? (
        <ValueView value={data.input} label={texts.task.theInput} />
      ) : (
        <div className="stack tight">
          <p className="muted">{texts.task.inputNotShown}</p>
          <p className="row">
            <code className="command truncate">{command}</code>
            <CopyButton text={command} />
          </p>
        </div>
      )}
    </Panel>
  );
}
