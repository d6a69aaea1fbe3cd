import type { PaletteItem } from './palette-rank';

interface Index {
  owner: string;
  items: PaletteItem[];
}

const freshForMs = 20_000;
const mostRemembered = 12;
const storagePrefix = 'portal-palette:';

let index: Index | undefined;
let loadedAt = 0;

export function items(): PaletteItem[] | undefined {
  return index?.items;
}

/** Fetched when first wanted and again when it may be old; what is there already is used meanwhile. */
export async function refresh(address: string): Promise<boolean> {
  if (index !== undefined && performance.now() - loadedAt < freshForMs) return false;
  const response = await fetch(address, { headers: { Accept: 'application/json' }, credentials: 'same-origin' });
  if (response.redirected || response.status === 401) {
    // The session has ended: the page itself leads to the sign-in and back.
    location.reload();
    return false;
  }
  if (!response.ok) throw new Error(`The palette's index answered ${response.status}.`);
  index = await response.json() as Index;
  loadedAt = performance.now();
  return true;
}

function storageKey(): string {
  return storagePrefix + (index?.owner ?? '');
}

/** Ids of what this user last chose in this organization, newest first. */
export function recent(): string[] {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(storageKey()) ?? '[]');
    return Array.isArray(stored) ? stored.filter(id => typeof id === 'string') : [];
  } catch (error) {
    console.warn('What was used recently cannot be read.', error);
    return [];
  }
}

export function remember(id: string): void {
  try {
    localStorage.setItem(storageKey(), JSON.stringify([id, ...recent().filter(other => other !== id)].slice(0, mostRemembered)));
  } catch (error) {
    console.warn('What was used recently is forgotten: the browser refuses to store it.', error);
  }
}
