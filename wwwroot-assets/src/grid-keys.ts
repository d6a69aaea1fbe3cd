const rowLink = '.list__link';

function move(links: HTMLElement[], at: number, key: string): HTMLElement | undefined {
  switch (key) {
    case 'ArrowDown': return links[at + 1];
    case 'ArrowUp': return links[at - 1];
    case 'Home': return links[0];
    case 'End': return links.at(-1);
    default: return undefined;
  }
}

/** Arrow keys go from row to row; from the search field, down leads to the first. Enter follows the row's link, as links do. */
export function startGridKeys(): void {
  document.addEventListener('keydown', event => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey || event.defaultPrevented) return;
    const target = event.target instanceof HTMLElement ? event.target : null;
    const grid = target?.closest('[data-grid]');
    if (!target || !grid) return;
    const links = [...grid.querySelectorAll<HTMLElement>(rowLink)];
    const at = links.indexOf(target);
    const next = at >= 0 ? move(links, at, event.key) : target.matches('[data-search]') && event.key === 'ArrowDown' ? links[0] : undefined;
    if (!next) return;
    event.preventDefault();
    next.focus();
  });
}
