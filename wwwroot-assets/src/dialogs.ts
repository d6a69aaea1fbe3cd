import { whenPresent } from './presence';

const closedHere = new WeakSet<EventTarget>();

/** The circuit's first rendering replaces what the server had sent; a menu that is open by then is opened again. */
function keepPopover(): void {
  let openId = '';
  document.addEventListener('toggle', event => {
    if (!(event.target instanceof HTMLElement) || !event.target.hasAttribute('popover')) return;
    if ((event as ToggleEvent).newState === 'open') openId = event.target.id;
    else if (event.target.isConnected && openId === event.target.id) openId = '';
  }, true);
  whenPresent('[data-interactive]', () => {
    const popover = openId === '' ? null : document.getElementById(openId);
    if (popover?.matches(':not(:popover-open)')) popover.showPopover();
  });
}

/**
 * A `<dialog data-modal="open">` is shown as a modal: the browser then keeps the focus inside, makes the page behind
 * inert and gives the focus back. The component only states what it wants; no call over the circuit is needed.
 */
export function startDialogs(): void {
  whenPresent<HTMLDialogElement>('dialog[data-modal]', dialog => {
    const wanted = dialog.dataset['modal'] === 'open';
    if (wanted && !dialog.open) dialog.showModal();
    else if (!wanted && dialog.open) {
      closedHere.add(dialog);
      dialog.close();
    }
  });

  // Only what the user closed is news to the component; an echo could refuse the question that it asks next.
  window.addEventListener('close', event => {
    if (event.target !== null && closedHere.delete(event.target)) event.stopImmediatePropagation();
  }, true);

  keepPopover();

  document.addEventListener('click', event => {
    const inside = event.target instanceof Element ? event.target.closest('[popover] a[href], [popover] [data-closes]') : null;
    const popover = inside?.closest<HTMLElement>('[popover]');
    if (popover?.matches(':popover-open')) popover.hidePopover();
  });
}
