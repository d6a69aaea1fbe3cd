import './blazor';
import { keepForms } from './form-keeper';

const show = 'components-reconnect-show';
const rejected = 'components-reconnect-rejected';
const failed = 'components-reconnect-failed';

function panelOf(): HTMLElement | null {
  return document.getElementById('components-reconnect-modal');
}

/** Whether the page has lost its circuit. What it shows is then no longer what the server knows. */
function isLost(): boolean {
  const classes = panelOf()?.classList;
  return classes !== undefined && [show, rejected, failed].some(name => classes.contains(name));
}

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

function showOffline(): void {
  const notice = document.getElementById('offline-notice');
  if (notice !== null) notice.hidden = navigator.onLine;
}

/** Blazor shows its state by classes on the panel. What it leaves to the user, this does by itself. */
export function startReconnect(): void {
  const panel = panelOf();
  if (panel === null) return;

  new MutationObserver(() => {
    if (panel.classList.contains(rejected)) location.reload();
  }).observe(panel, { attributes: true, attributeFilter: ['class'] });

  panel.addEventListener('click', event => {
    if (event.target instanceof Element && event.target.closest('[data-reconnect]')) void retry();
  });

  window.addEventListener('online', () => {
    showOffline();
    if (panel.classList.contains(failed)) void retry();
  });
  window.addEventListener('offline', showOffline);
  showOffline();

  // Whoever reloads it, this script or the user: what was typed comes along.
  window.addEventListener('pagehide', () => {
    if (isLost()) keepForms();
  });
}
