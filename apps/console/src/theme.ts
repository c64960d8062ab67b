export type Theme = 'system' | 'light' | 'dark';

/** What the reader has chosen in this browser. */
export const storedTheme = (): Theme => {
  const stored = localStorage.getItem('theme');
  return stored === 'light' || stored === 'dark' ? stored : 'system';
};

/** Keeps the choice, and shows it. */
export function storeTheme(theme: Theme): void {
  localStorage.setItem('theme', theme);
  if (theme === 'system') delete document.documentElement.dataset['theme'];
  else document.documentElement.dataset['theme'] = theme;
}
