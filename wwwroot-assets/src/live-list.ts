import { whenPresent } from './presence';

const watched = new WeakSet<Element>();

/** A hidden `<input type="checkbox" data-scrolled>` is checked while it is scrolled away upwards; the component hears its change. */
function watch(box: HTMLInputElement): void {
  if (watched.has(box)) return;
  watched.add(box);
  new IntersectionObserver(entries => {
    const entry = entries.at(-1);
    const isAway = entry !== undefined && !entry.isIntersecting && entry.boundingClientRect.top < 0;
    if (box.checked === isAway) return;
    box.checked = isAway;
    box.dispatchEvent(new Event('change', { bubbles: true }));
  }).observe(box);
}

/** Lists that grow at their top: they hold still while the reader is further down, and `[data-to-top]` leads back. */
export function startLiveLists(): void {
  whenPresent<HTMLInputElement>('[data-scrolled]', watch);
  document.addEventListener('click', event => {
    if (event.target instanceof Element && event.target.closest('[data-to-top]')) window.scrollTo({ top: 0 });
  });
}
