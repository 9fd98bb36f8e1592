import { queryOptions, useQuery } from '@tanstack/react-query';
import { api, data, type Schemas } from '../../api/client';
import { ErrorState, Panel, Skeleton } from '../../components/bits';
import { Icon } from '../../components/icons';
import { bytes } from '../../lib/numbers';
import { texts } from '../../texts';

export const filesQuery = (id: string) =>
  queryOptions({
    queryKey: ['task', id, 'files'],
    queryFn: ({ signal }) =>
      data<Schemas['Artifacts']>(api.GET('/v1/tasks/{id}/artifacts', { params: { path: { id } }, signal })),
  });

export const SHOWN_PICTURE = /^image\/(png|jpeg|webp|gif|avif)$/;

/** The files of the result; pictures are shown, the rest is offered for download. */
export function Files({ id }: { id: string }) {
  const { data: answer, error, refetch } = useQuery(filesQuery(id));
  if (error) return <ErrorState error={error} retry={() => void refetch()} />;
  if (!answer) return <Skeleton />;
  if (answer.artifacts.length === 0)
    return (
      <Panel>
        <p className="muted">{texts.task.noFiles}</p>
      </Panel>
    );
  return (
    <Panel flush>
      <ul className="files">
        {answer.artifacts.map(({ name, file, url }) => (
          <li key={name} className="row">
            {SHOWN_PICTURE.test(file.mediaType ?? '') ? (
              <img src={url} alt={texts.task.fileOf(name)} loading="lazy" />
            ) : (
              <Icon name="file" size={20} />
            )}
            <span className="grow truncate">
              <strong>{file.name ?? name}</strong> <span className="faint">{file.mediaType}</span>
            </span>
            <span className="faint nowrap">{bytes(file.bytes)}</span>
            <a className="button" href={url} download={file.name ?? name}>
              <Icon name="download" /> {texts.task.download}
            </a>
          </li>
        ))}
      </ul>
    </Panel>
  );
}
