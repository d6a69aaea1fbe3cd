const pause = 30_000;

/**
 * Tells the portal, at most twice a minute, that somebody is using the page. An open page alone is no sign of it: what
 * it draws by itself is acknowledged over the circuit just as what its reader does.
 */
export function startActivity(): void {
  // The page's own request has told it.
  let told = Date.now();
  const tell = (): void => {
    if (Date.now() - told < pause || document.querySelector('[data-signed-in]') === null) return;
    told = Date.now();
    fetch('session/active', { method: 'POST', redirect: 'manual', keepalive: true }).catch((failure: unknown) => {
      // Without a connection there is nobody to tell; the next deed tries again.
      console.debug('The portal was not told of activity', failure);
    });
  };
  for (const kind of ['pointerdown', 'keydown', 'wheel', 'touchmove']) document.addEventListener(kind, tell, { capture: true, passive: true });
}
