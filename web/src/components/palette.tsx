import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { Command } from 'cmdk';
import { useState } from 'react';
import { useBlocked } from '../api/may';
import { taskTypesQuery } from '../api/queries';
import { STATE_NAMES, STATES, texts } from '../texts';
import { Dialog } from './dialog';
import { Icon, type IconName } from './icons';

interface PaletteProps {
  places: readonly { to: string; name: string; icon: IconName }[];
  onClose(): void;
}

/** Everything that can be gone to, by typing a part of its name. */
export default function Palette({ places, onClose }: PaletteProps) {
  const navigate = useNavigate();
  const [text, setText] = useState('');
  const blocked = useBlocked('submit', { anyType: true });
  const { data } = useQuery(taskTypesQuery);
  const go = (to: () => Promise<void>) => () => {
    onClose();
    void to();
  };
  return (
    <Dialog title={texts.frame.goTo} onClose={onClose}>
      <Command label={texts.frame.goTo}>
        <Command.Input value={text} onValueChange={setText} placeholder={texts.frame.paletteHint} autoFocus />
        <Command.List>
          <Command.Empty>{texts.frame.nothingNamed}</Command.Empty>
          {text.includes(':') && (
            <Command.Item value={text} onSelect={go(() => navigate({ to: '/tasks/$id', params: { id: text.trim() } }))}>
              <Icon name="next" /> {texts.frame.openTask(text.trim())}
            </Command.Item>
          )}
          <Command.Group heading={texts.frame.pages}>
            {places.map(({ to, name, icon }) => (
              <Command.Item key={to} value={name} onSelect={go(() => navigate({ to }))}>
                <Icon name={icon} /> {name}
              </Command.Item>
            ))}
            <Command.Item
              value={texts.frame.newTask}
              disabled={blocked !== undefined}
              onSelect={go(() => navigate({ to: '/new' }))}
            >
              <Icon name="plus" /> {texts.frame.newTask}
            </Command.Item>
          </Command.Group>
          <Command.Group heading={texts.frame.tasksByState}>
            {STATES.map((state) => (
              <Command.Item
                key={state}
                value={`state ${STATE_NAMES[state]}`}
                onSelect={go(() => navigate({ to: '/tasks', search: { q: `state:${state}` } }))}
              >
                {texts.frame.tasksInState(STATE_NAMES[state])}
              </Command.Item>
            ))}
          </Command.Group>
          <Command.Group heading={texts.frame.tasksByType}>
            {data?.taskTypes.map(({ type }) => (
              <Command.Item
                key={type}
                value={`type ${type}`}
                onSelect={go(() => navigate({ to: '/tasks', search: { q: `type:${type}` } }))}
              >
                {type}
              </Command.Item>
            ))}
          </Command.Group>
        </Command.List>
      </Command>
    </Dialog>
  );
}
