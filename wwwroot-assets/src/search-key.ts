/** `/` takes the reader to the page's search field (`data-search`), unless they are typing. */
export function startSearchKey(): void {
  document.addEventListener('keydown', event => {
    if (event.key !== '/' || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    const target = event.target;
    if (target instanceof HTMLElement && (target.isContentEditable || target.matches('input, textarea, select'))) return;
    // Behind a modal dialog the field is inert.
    const search = document.querySelector('dialog:modal') === null ? document.querySelector<HTMLInputElement>('[data-search]') : null;
    if (search === null) return;
    event.preventDefault();
    search.focus();
    search.select();
  });
}
