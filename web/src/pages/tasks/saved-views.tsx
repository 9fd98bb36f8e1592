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
    said: () => 'The view is kept.',
    touches,
  });
  const remove = useAction({
    send: (view: View) => call('delete', path(view.name)),
    said: (_answer, view) => `The view ${view.name} is deleted.`,
    touches,
  });
  if (!data) return null;
  const views = data.views.filter((view) => view.page === 'tasks');
  const current = views.find((view) => view.query === query);
  return (
    <>
      <Menu
        label="Saved views"
        trigger={
          <button type="button" className="button">
            {current?.name ?? 'Views'} <Icon name="down" />
          </button>
        }
        items={[
          ...views.map((view) => ({
            label: view.name,
            hint: view.query || 'all tasks',
            onSelect: () => void navigate({ to: '/tasks', search: view.query ? { q: view.query } : {} }),
          })),
          ...(query && !current
            ? [
                {
                  label: 'Save this search…',
                  disabled: Boolean(blocked),
                  hint: blocked,
                  onSelect: () => setSaving(true),
                },
              ]
            : []),
          ...(current
            ? [
                {
                  label: `Delete ${current.name}`,
                  danger: true,
                  disabled: Boolean(blocked),
                  hint: blocked,
                  onSelect: () => remove.mutate(current),
                },
              ]
            : []),
          ...(views.length === 0 && !query
            ? [{ label: 'Search for something first, then save it', disabled: true, onSelect: () => undefined }]
            : []),
        ]}
      />
      {saving && (
        <ActionDialog
          title="Save this search"
          explanation={query}
          confirm="Save"
          reason="none"
          pending={save.isPending}
          error={save.error}
          blocked={!name.trim()}
          onClose={() => setSaving(false)}
          onSend={() => save.mutate(undefined, { onSuccess: () => setSaving(false) })}
        >
          <label>
            Name
            <input value={name} maxLength={80} onChange={(event) => setName(event.target.value)} />
          </label>
        </ActionDialog>
      )}
    </>
  );
}
