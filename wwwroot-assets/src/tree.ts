function itemsOf(tree: Element): HTMLElement[] {
  return [...tree.querySelectorAll<HTMLElement>('[role="treeitem"]')];
}

function levelOf(item: Element): number {
  return Number(item.getAttribute('aria-level'));
}

function toggle(item: Element): void {
  item.querySelector<HTMLElement>('[data-tree-toggle]')?.click();
}

function focus(tree: Element, item: HTMLElement | undefined): void {
  if (!item) return;
  for (const other of itemsOf(tree)) other.tabIndex = other === item ? 0 : -1;
  item.focus();
}

/** Copies what stands behind the line: the first button is its path, the last its value. */
function copy(item: Element, which: 'path' | 'value'): void {
  const buttons = [...item.querySelectorAll<HTMLElement>('[data-copy]')];
  (which === 'path' ? buttons[0] : buttons[1])?.click();
}

function handle(tree: Element, item: HTMLElement, key: string): boolean {
  const items = itemsOf(tree);
  const at = items.indexOf(item);
  const expanded = item.getAttribute('aria-expanded');
  switch (key) {
    case 'ArrowDown': focus(tree, items[at + 1]); return true;
    case 'ArrowUp': focus(tree, items[at - 1]); return true;
    case 'Home': focus(tree, items[0]); return true;
    case 'End': focus(tree, items.at(-1)); return true;
    case 'ArrowRight':
      if (expanded === 'false') toggle(item);
      else if (expanded === 'true') focus(tree, items[at + 1]);
      return true;
    case 'ArrowLeft':
      if (expanded === 'true') toggle(item);
      else focus(tree, items.slice(0, at).reverse().find(other => levelOf(other) < levelOf(item)));
      return true;
    case 'Enter':
    case ' ': toggle(item); return true;
    case 'c': copy(item, 'value'); return true;
    case 'p': copy(item, 'path'); return true;
    default: return false;
  }
}

/** Keys of every `[data-tree]` (WAI-ARIA's tree), and of the copying in it: c for the value, p for the path. */
export function startTrees(): void {
  document.addEventListener('keydown', event => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const item = event.target instanceof HTMLElement && event.target.matches('[role="treeitem"]') ? event.target : null;
    const tree = item?.closest('[data-tree]');
    if (item && tree && handle(tree, item, event.key)) event.preventDefault();
  });

  // A click on a line makes it the one that the Tab key comes back to.
  document.addEventListener('click', event => {
    const item = event.target instanceof Element ? event.target.closest<HTMLElement>('[data-tree] [role="treeitem"]') : null;
    const tree = item?.closest('[data-tree]');
    if (item && tree) focus(tree, item);
  });
}
