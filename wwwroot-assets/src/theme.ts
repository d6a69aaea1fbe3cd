/** What the user chose; `system` follows the browser's preference. */
export type ThemeChoice = 'light' | 'dark' | 'system';

const storageKey = 'portal-theme';

export function storedTheme(): ThemeChoice {
  try {
    const value = localStorage.getItem(storageKey);
    return value === 'light' || value === 'dark' ? value : 'system';
  } catch {
    // Storage can be blocked by the browser's settings: the page then follows the system.
    return 'system';
  }
}

/** The styles read `data-theme` on the root element; without it `color-scheme: light dark` follows the system. */
export function applyTheme(choice: ThemeChoice): void {
  const root = document.documentElement;
  if (choice === 'system') {
    if (root.hasAttribute('data-theme')) root.removeAttribute('data-theme');
  } else if (root.dataset['theme'] !== choice) {
    root.dataset['theme'] = choice;
  }
}

export function chooseTheme(choice: ThemeChoice): void {
  try {
    if (choice === 'system') localStorage.removeItem(storageKey);
    else localStorage.setItem(storageKey, choice);
  } catch (error) {
    console.warn('The theme lasts for this page only: the browser refuses to store it.', error);
  }
  applyTheme(choice);
}
