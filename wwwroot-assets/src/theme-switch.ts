import { applyTheme, chooseTheme, storedTheme, type ThemeChoice } from './theme';
import { whenPresent } from './presence';

const selector = 'input[data-theme-choice]';

function choiceOf(input: HTMLInputElement): ThemeChoice {
  const value = input.dataset['themeChoice'];
  return value === 'light' || value === 'dark' ? value : 'system';
}

function showStored(input: HTMLInputElement): void {
  input.checked = choiceOf(input) === storedTheme();
}

export function startThemeSwitch(): void {
  whenPresent<HTMLInputElement>(selector, showStored);

  document.addEventListener('change', event => {
    if (!(event.target instanceof HTMLInputElement) || !event.target.matches(selector)) return;
    chooseTheme(choiceOf(event.target));
    document.querySelectorAll<HTMLInputElement>(selector).forEach(showStored);
  });

  // Another tab chose.
  window.addEventListener('storage', () => {
    applyTheme(storedTheme());
    document.querySelectorAll<HTMLInputElement>(selector).forEach(showStored);
  });

  // Enhanced navigation copies the root element's attributes from the next page, which knows nothing of the choice.
  new MutationObserver(() => applyTheme(storedTheme()))
    .observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme'] });
}
