const shownForMs = 2_000;
const resets = new WeakMap<HTMLElement, number>();

/** navigator.clipboard is missing on plain http other than localhost, where self-hosters open the portal too. */
async function writeClipboard(text: string): Promise<boolean> {
  if (navigator.clipboard !== undefined) {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch (error) {
      console.warn('The clipboard refused, the older way is tried.', error);
    }
  }
  return copyBySelection(text);
}

function copyBySelection(text: string): boolean {
  const area = document.createElement('textarea');
  const focused = document.activeElement;
  area.value = text;
  area.style.cssText = 'position:fixed;opacity:0';
  // A modal dialog makes everything outside it inert, so the helper must live inside an open one.
  (document.querySelector('dialog:modal') ?? document.body).append(area);
  area.select();
  const copied = document.execCommand('copy');
  area.remove();
  if (focused instanceof HTMLElement) focused.focus();
  return copied;
}

function announce(button: HTMLElement, copied: boolean): void {
  const status = button.parentElement?.querySelector('[data-copy-status]');
  button.dataset['copied'] = copied ? 'yes' : 'no';
  if (status) status.textContent = (copied ? button.dataset['copiedText'] : button.dataset['failedText']) ?? '';
  window.clearTimeout(resets.get(button));
  resets.set(button, window.setTimeout(() => {
    delete button.dataset['copied'];
    if (status) status.textContent = '';
  }, shownForMs));
}

/** Any `<button data-copy="value">` copies its value; a `[data-copy-status]` beside it announces the result. */
export function startCopy(): void {
  document.addEventListener('click', event => {
    const button = event.target instanceof Element ? event.target.closest<HTMLElement>('[data-copy]') : null;
    if (button === null) return;
    void writeClipboard(button.dataset['copy'] ?? '').then(copied => announce(button, copied));
  });
}
