import { useQuery } from '@tanstack/react-query';
import { texts } from '../texts';
import { type Environment, environmentQuery } from './insights';
import { useAway } from './live';

type Scope = 'read' | 'submit' | 'operate' | 'admin';

/** Each scope with those that include it, as the API has it. */
const GRANTED_BY: Record<Scope, readonly string[]> = {
  read: ['read', 'operate', 'admin'],
  submit: ['submit', 'admin'],
  operate: ['operate', 'admin'],
  admin: ['admin'],
};

interface About {
  /** The task type that it is about. Absent: all of them. */
  type?: string | undefined;
  /** True for what is about every tenant. */
  installation?: true;
  /** True where any task type will do. */
  anyType?: true;
}

/** Why somebody may not do something; `undefined` when they may. The API has the last word. */
function refusalFor(
  me: Environment['me'] | undefined,
  scope: Scope,
  { type, installation, anyType }: About = {},
): string | undefined {
  if (!me) return undefined;
  const granted = me.scopes.some((text) => {
    const [name = '', only] = text.split(':');
    return GRANTED_BY[scope].includes(name) && (only === undefined || only === type || anyType === true);
  });
  if (!granted) return texts.needsScope(me.name, scope, type);
  return installation && me.tenant !== undefined ? texts.ofInstallation : undefined;
}

/** Why an action is not possible here and now, for its button to say; `undefined` when it is. */
export function useBlocked(scope: Scope, about: About = {}): string | undefined {
  const away = useAway();
  const refused = useRefused(scope, about);
  return refused ?? (away ? texts.awayAction : undefined);
}

/** Why somebody may not do, or see, something; `undefined` when they may. */
export function useRefused(scope: Scope, about: About = {}): string | undefined {
  const { data: environment } = useQuery(environmentQuery);
  return refusalFor(environment?.me, scope, about);
}
