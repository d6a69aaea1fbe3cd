import type { Draft } from './draft';
import { withoutSecrets } from './draft';

/** A request that was sent, without key and secrets. */
export interface Sent {
  id: string;
  /** Milliseconds since 1970. */
  at: number;
  draft: Draft;
  /** The path as it was called. */
  path: string;
  keyName: string;
  mode: 'live' | 'test' | 'unknown';
  /** 0 where no answer came. */
  status: number;
  /** Milliseconds. */
  duration: number;
  requestId: string | undefined;
}

const most = 50;
const mostCharacters = 300_000;

function isSent(value: unknown): value is Sent {
  const sent = value as Partial<Sent> | null;
  return typeof sent === 'object' && sent !== null && typeof sent.id === 'string' && typeof sent.at === 'number'
    && typeof sent.draft === 'object' && sent.draft !== null && typeof sent.draft.body === 'string' && typeof sent.status === 'number';
}

/** What a user sent in an organization, newest first, in the browser's storage. A storage that is full or blocked holds nothing. */
export class History {
  private items: Sent[];

  constructor(private readonly storage: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>, private readonly key: string) {
    this.items = this.read();
  }

  get all(): readonly Sent[] {
    return this.items;
  }

  find(id: string | null | undefined): Sent | undefined {
    return this.items.find(item => item.id === id);
  }

  add(sent: Sent): void {
    this.items = [{ ...sent, draft: withoutSecrets(sent.draft) }, ...this.items].slice(0, most);
    while (this.items.length > 1 && JSON.stringify(this.items).length > mostCharacters) this.items.pop();
    this.write();
  }

  remove(id: string): void {
    this.items = this.items.filter(item => item.id !== id);
    this.write();
  }

  clear(): void {
    this.items = [];
    this.write();
  }

  private read(): Sent[] {
    try {
      const stored: unknown = JSON.parse(this.storage.getItem(this.key) ?? '[]');
      return Array.isArray(stored) ? stored.filter(isSent) : [];
    } catch (error) {
      console.warn('The history cannot be read; it begins anew.', error);
      return [];
    }
  }

  private write(): void {
    try {
      if (this.items.length === 0) this.storage.removeItem(this.key);
      else this.storage.setItem(this.key, JSON.stringify(this.items));
    } catch (error) {
      console.warn('The history lasts for this page only: the browser refuses to store it.', error);
    }
  }
}
