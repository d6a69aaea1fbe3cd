/** `j` and `k` go to the next and the previous thing (`data-step`) of the open drawer or else of the page, unless the reader is typing. */
export function startStepKeys(): void {
  document.addEventListener('keydown', event => {
    const step = event.key === 'j' ? 'next' : event.key === 'k' ? 'previous' : '';
    if (step === '' || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    const target = event.target;
    if (target instanceof HTMLElement && (target.isContentEditable || target.matches('input, textarea, select'))) return;
    const open = [...document.querySelectorAll('dialog:modal')].at(-1) ?? document;
    const link = open.querySelector<HTMLElement>(`[data-step=${step}][href]`);
    if (!link) return;
    event.preventDefault();
    link.click();
  });
}
