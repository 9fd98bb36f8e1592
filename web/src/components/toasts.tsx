import { createContext, type ReactNode, use, useCallback, useMemo, useState } from 'react';
import { texts } from '../texts';
import { Icon } from './icons';

interface Toast {
  id: number;
  tone: 'good' | 'bad';
  text: string;
}
type Announce = (tone: Toast['tone'], text: string) => void;

const Toasts = createContext<Announce>(() => undefined);
const SHOWN_MS = 8000;
let last = 0;

/** Says what an action came to, to eyes and to screen readers. */
export function useAnnounce(): Announce {
  return use(Toasts);
}

export function ToastProvider({ children }: { children: ReactNode }) {
  const [toasts, setToasts] = useState<Toast[]>([]);
  const remove = useCallback((id: number) => setToasts((all) => all.filter((one) => one.id !== id)), []);
  const announce = useCallback<Announce>(
    (tone, text) => {
      const id = ++last;
      setToasts((all) => [...all.slice(-2), { id, tone, text }]);
      setTimeout(() => remove(id), SHOWN_MS);
    },
    [remove],
  );
  const list = useMemo(
    () =>
      toasts.map(({ id, tone, text }) => (
        <div key={id} className={`toast ${tone}`}>
          <Icon name={tone === 'good' ? 'check' : 'dead-letters'} />
          <span className="grow">{text}</span>
          <button
            type="button"
            className="icon-button small"
            aria-label={texts.parts.dismiss}
            onClick={() => remove(id)}
          >
            <Icon name="close" size={14} />
          </button>
        </div>
      )),
    [toasts, remove],
  );
  return (
    <Toasts value={announce}>
      {children}
      <div className="toasts" role="status" aria-live="polite">
        {list}
      </div>
    </Toasts>
  );
}
