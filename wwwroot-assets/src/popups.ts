const open = 'details[data-popup][open]';

/** A `<details data-popup>` closes like a menu: by Escape, which gives the focus back, and by a click elsewhere. */
export function startPopups(): void {
  document.addEventListener('click', event => {
    document.querySelectorAll<HTMLDetailsElement>(open).forEach(popup => {
      if (event.target instanceof Node && !popup.contains(event.target)) popup.open = false;
    });
  });

  document.addEventListener('keydown', event => {
    const popup = event.key === 'Escape' && event.target instanceof Element ? event.target.closest<HTMLDetailsElement>(open) : null;
    if (!popup) return;
    popup.open = false;
    popup.querySelector('summary')?.focus();
    event.preventDefault();
  });
}
