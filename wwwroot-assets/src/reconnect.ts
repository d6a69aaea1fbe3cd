import './blazor';

const rejected = 'components-reconnect-rejected';
const failed = 'components-reconnect-failed';

async function retry(): Promise<void> {
  try {
    if (await window.Blazor?.reconnect?.()) return;
  } catch (error) {
    console.warn('The server cannot be reached yet.', error);
    return;
  }
  // The server answers but no longer knows this page's circuit.
  location.reload();
}

/** Blazor shows its state by classes on the panel. What it leaves to the user, this does by itself where it can. */
export function startReconnect(): void {
  const panel = document.getElementById('components-reconnect-modal');
  if (panel === null) return;

  new MutationObserver(() => {
    if (panel.classList.contains(rejected)) location.reload();
  }).observe(panel, { attributes: true, attributeFilter: ['class'] });

  panel.addEventListener('click', event => {
    if (event.target instanceof Element && event.target.closest('[data-reconnect]')) void retry();
  });

  window.addEventListener('online', () => {
    if (panel.classList.contains(failed)) void retry();
  });
}
