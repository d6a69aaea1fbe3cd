import type { Host } from '../island';
import type { KeyChoice, Mode } from './props';

interface Lent {
  loanId: string;
  token: string;
  /** Milliseconds that the token is good for, from when it was handed out. */
  lifetime: number;
}

/** What the page's methods answer: a result, or a sentence that says why not. */
export interface Answered<T> {
  result: T | null;
  refusal: string | null;
}

export class KeyRefused extends Error {}

const renewBefore = 30_000;

/** The credential that requests carry: a key of the organization that the server lends, or one that was pasted. Only in memory. */
export class KeySource {
  private choice: KeyChoice | undefined;
  private pastedKey: string | undefined;
  private lent: (Lent & { until: number }) | undefined;

  constructor(private readonly host: Host) {}

  get chosen(): KeyChoice | undefined {
    return this.choice;
  }

  get pasted(): string | undefined {
    return this.pastedKey;
  }

  get isReady(): boolean {
    return this.choice !== undefined || this.pastedKey !== undefined;
  }

  get mode(): Mode | 'unknown' {
    if (this.choice !== undefined) return this.choice.mode;
    if (this.pastedKey?.startsWith('dyn_test_')) return 'test';
    return this.pastedKey?.startsWith('dyn_live_') ? 'live' : 'unknown';
  }

  get name(): string {
    return this.choice?.name ?? (this.pastedKey === undefined ? '' : `${this.pastedKey.slice(0, 13)}…`);
  }

  choose(key: KeyChoice | undefined): void {
    if (this.choice?.id !== key?.id) this.lent = undefined;
    this.choice = key;
    this.pastedKey = undefined;
  }

  paste(key: string): void {
    this.choice = undefined;
    this.lent = undefined;
    this.pastedKey = key === '' ? undefined : key;
  }

  /** @throws {KeyRefused} The server does not lend it; the message says why. */
  async credential(): Promise<string | undefined> {
    const key = this.choice;
    if (key === undefined) return this.pastedKey;
    if (this.lent !== undefined && this.lent.until > performance.now() + renewBefore) return this.lent.token;
    const asked = performance.now();
    const { result, refusal } = await this.host.invokeMethodAsync<Answered<Lent>>('Lend', key.id, this.lent?.loanId ?? null);
    if (result === null) throw new KeyRefused(refusal ?? '');
    if (this.choice?.id === key.id) this.lent = { ...result, until: asked + result.lifetime };
    return result.token;
  }

  /** Borrows anew at the next request, as after the token was refused. */
  forget(): void {
    if (this.lent !== undefined) this.lent.until = 0;
  }
}

/** As Portal.Core/Access/Scopes.cs has it. */
export function covers(granted: readonly string[], scope: string): boolean {
  const [resource, action] = scope.split(':');
  return granted.some(has => has === '*' || has === scope || has === `${resource}:*`
    || (has === `${resource}:write` && (action === 'create' || action === 'update' || action === 'delete')));
}
