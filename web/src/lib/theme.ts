export type Theme = 'system' | 'light' | 'dark';
const KEY = 'holdfast.theme';

export function storedTheme(): Theme {
  const stored = localStorage.getItem(KEY);
  return stored === 'light' || stored === 'dark' ? stored : 'system';
}

export function chooseTheme(theme: Theme): void {
  if (theme === 'system') localStorage.removeItem(KEY);
  else localStorage.setItem(KEY, theme);
  applyTheme();
}

const dark = matchMedia('(prefers-color-scheme: dark)');

function applyTheme(): void {
  const theme = storedTheme();
  document.documentElement.dataset.theme = theme === 'system' ? (dark.matches ? 'dark' : 'light') : theme;
}

/** Follows the system while nothing else was chosen. */
export function followSystemTheme(): void {
  applyTheme();
  dark.addEventListener('change', applyTheme);
}
