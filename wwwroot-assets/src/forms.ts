import { whenPresent } from './presence';

/** After a form was sent, the answer to it comes first: what is wrong, or that it is done. */
function focusHere(element: HTMLElement): void {
  if (element.dataset['focusHere'] === 'done') return;
  element.dataset['focusHere'] = 'done';
  element.focus();
}

/** The button shows and hides what the password field beside it holds; without a script it stays hidden. */
function offerReveal(button: HTMLElement): void {
  if (button.hidden) button.hidden = false;
}

export function startForms(): void {
  whenPresent<HTMLElement>('[data-focus-here]', focusHere);
  whenPresent<HTMLElement>('[data-reveal]', offerReveal);

  // The page may have changed its address since the server rendered the field.
  document.addEventListener('submit', event => {
    const here = event.target instanceof Element ? event.target.querySelector<HTMLInputElement>('input[data-here]') : null;
    if (here !== null) here.value = `/${location.href.slice(document.baseURI.length).split('#')[0]}`;
  }, true);

  // Blazor's navigation would scroll to the field without focusing it.
  document.addEventListener('click', event => {
    const link = event.target instanceof Element ? event.target.closest<HTMLElement>('[data-focuses]') : null;
    const field = document.getElementById(link?.dataset['focuses'] ?? '');
    if (field === null) return;
    event.preventDefault();
    event.stopPropagation();
    field.focus();
  }, true);

  document.addEventListener('click', event => {
    const button = event.target instanceof Element ? event.target.closest<HTMLElement>('[data-reveal]') : null;
    const input = button?.parentElement?.querySelector('input');
    if (!button || !input) return;
    const reveal = input.type === 'password';
    input.type = reveal ? 'text' : 'password';
    button.setAttribute('aria-pressed', String(reveal));
  });
}
