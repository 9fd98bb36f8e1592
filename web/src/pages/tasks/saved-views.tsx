import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { call } from '../../api/client';
import { type View, viewsQuery } from '../../api/insights';
import { useBlocked, useRefused } from '../../api/may';
import { ActionDialog } from '../../components/action-dialog';
import { Icon } from '../../components/icons';
import { Menu } from '../../components/menu';
import { useAction } from '../../components/use-action';
import { texts } from '../../texts';

const path = (name: string) => `/v1/views/${encodeURIComponent(name)}`;
const touches = [['views']] as const;

/** Searches that a team keeps; absent where the API keeps none. */
export function SavedViews({ query }: { query: string }) {
  const unseen = useRefused('read', { installation: true });
  const { data } = useQuery({ ...viewsQuery, enabled: !unseen });
  const navigate = useNavigate();
  const blocked = useBlocked('operate', { installation: true });
  const [saving, setSaving] = useState(false);
  const [name, setName] = useState('');
  const save = useAction({
    send: () => call<View>('put', path(name.trim()), { page: 'tasks', query }),
    said: () => texts.tasks.viewKept,
    touches,
  });
  const remove = useAction({
    send: (view: View) => call('delete', path(view.name)),
    said: (_answer, view) => texts.tasks.viewDeleted(view.name),
    touches,
  });
  if (!data) return null;
  const views = data.views.filter((view) => view.page === 'tasks');
  const current = views.find((view) => view.query === query);
  return (
    <>
      <Menu
        label={texts.tasks.savedViews}
        trigger={
          <button type="button" className="button">
            {current?.name ?? texts.tasks.views} <Icon name="down" />
          </button>
        }
        items={[
          ...views.map((view) => ({
            label: view.name,
            hint: view.query || texts.tasks.allTasks,
            onSelect: () => void navigate({ to: '/tasks', search: view.query ? { q: view.query } : {} }),
          })),
          ...(query && !current
            ? [
                {
                  label: texts.tasks.saveSearchAsk,
                  disabled: Boolean(blocked),
                  hint: blocked,
                  onSelect: () => setSaving(true),
                },
              ]
            : []),
          ...(current
            ? [
                {
                  label: texts.tasks.deleteOf(current.name),
                  danger: true,
                  disabled: Boolean(blocked),
                  hint: blocked,
                  onSelect: () => remove.mutate(current),
                },
              ]
            : []),
          ...(views.length === 0 && !query
            ? [{ label: texts.tasks.nothingToSave, disabled: true, onSelect: () => undefined }]
            : []),
        ]}
      />
      {saving && (
        <ActionDialog
          title={texts.tasks.saveSearch}
          explanation={query}
          confirm={texts.tasks.save}
          reason="none"
          pending={save.isPending}
          error={save.error}
          blocked={!name.trim()}
          onClose={() => setSaving(false)}
          onSend={() => save.mutate(undefined, { onSuccess: () => setSaving(false) })}
        >
          <label>
            {texts.tasks.name}
            <input value={name} maxLength={80} onChange={(event) => setName(event.target.value)} />
          </label>
        </ActionDialog>
      )}
    </>
  );
}
