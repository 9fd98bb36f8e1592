import * as Dropdown from '@radix-ui/react-dropdown-menu';
import type { ReactNode } from 'react';

export interface MenuItem {
  label: ReactNode;
  onSelect(): void;
  disabled?: boolean | undefined;
  /** Why it is disabled, or what it does. */
  hint?: string | undefined;
  danger?: boolean;
}

/**
 * Not modal: a modal one would put a style element into the page, which its policy forbids. It stays where its button
 * is, not at the end of the page: within a dialog it must be on the dialog's layer.
 */
export function Menu({ trigger, items, label }: { trigger: ReactNode; items: readonly MenuItem[]; label: string }) {
  return (
    <Dropdown.Root modal={false}>
      <Dropdown.Trigger asChild>{trigger}</Dropdown.Trigger>
      <Dropdown.Content className="menu" align="end" sideOffset={4} aria-label={label}>
        {items.map((item, index) => (
          <Dropdown.Item
            key={`${index}`}
            className={item.danger ? 'menu-item danger' : 'menu-item'}
            disabled={item.disabled ?? false}
            onSelect={item.onSelect}
          >
            <span>{item.label}</span>
            {item.hint && <small>{item.hint}</small>}
          </Dropdown.Item>
        ))}
      </Dropdown.Content>
    </Dropdown.Root>
  );
}
