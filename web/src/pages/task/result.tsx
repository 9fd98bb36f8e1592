import { useQuery } from '@tanstack/react-query';
import type { Task } from '../../api/client';
import { Panel } from '../../components/bits';
import { ValueView } from '../../components/value-view';
import { texts } from '../../texts';
import { filesQuery, SHOWN_PICTURE } from './files';

/** The result: its pictures first, then its values as table, list or JSON. */
export function Result({ task }: { task: Task }) {
  const { data } = useQuery({ ...filesQuery(task.id), enabled: task.state === 'completed' });
  const pictures = (data?.artifacts ?? []).filter(({ file }) => SHOWN_PICTURE.test(file.mediaType ?? ''));
  if (task.result === undefined && pictures.length === 0) {
    return (
      <Panel>
        <p className="muted">{task.endedAt ? texts.task.noResult : texts.task.noResultYet}</p>
      </Panel>
    );
  }
  return (
    <Panel>
      <div className="stack">
        {pictures.length > 0 && (
          <div className="pictures">
            {pictures.slice(0, 12).map(({ name, url, file }) => (
              <a key={name} href={url} download={file.name ?? name} title={texts.task.downloadOf(file.name ?? name)}>
                <img src={url} alt={texts.task.resultOf(name)} loading="lazy" />
              </a>
            ))}
          </div>
        )}
        {task.result !== undefined && <ValueView value={task.result} label={texts.task.theResult} />}
      </div>
    </Panel>
  );
}
