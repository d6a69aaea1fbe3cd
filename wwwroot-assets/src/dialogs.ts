import { whenPresent } from './presence';

/**
 * A `<dialog data-modal="open">` is shown as a modal: the browser then keeps the focus inside, makes the page behind
 * inert and gives the focus back. The component only states what it wants; no call over the circuit is needed.
 */
export function startDialogs(): void {
  whenPresent<HTMLDialogElement>('dialog[data-modal]', dialog => {
    const wanted = dialog.dataset['modal'] === 'open';
    if (wanted && !dialog.open) dialog.showModal();
    else if (!wanted && dialog.open) dialog.close();
  });

  document.addEventListener('click', event => {
    const inside = event.target instanceof Element ? event.target.closest('[popover] a[href], [popover] [data-closes]') : null;
    const popover = inside?.closest<HTMLElement>('[popover]');
    if (popover?.matches(':popover-open')) popover.hidePopover();
  });
}
