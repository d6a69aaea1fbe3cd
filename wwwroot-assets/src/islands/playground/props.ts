import type { Header } from './http';

export type Mode = 'live' | 'test';

/** A key of the organization that works. */
export interface KeyChoice {
  id: string;
  name: string;
  mode: Mode;
  /** As `dyn_test_Ab3x…9zZz`. */
  shown: string;
  scopes: string[];
}

/** A request that was logged, without credential, secrets masked. */
export interface LoggedRequest {
  method: string;
  /** With its query. */
  path: string;
  headers: Header[];
  body: string;
}

/** What PlaygroundPage.razor.cs hands over (PlaygroundProps). */
export interface PlaygroundProps {
  documentUrl: string;
  validatorUrl: string;
  /** Where the request log is; null where this portal has none. */
  logsUrl: string | null;
  keys: KeyChoice[];
  /** Whether the user's role covers the lending and making of keys. */
  mayLend: boolean;
  /** The key, operation and logged request that the address names. */
  key: string | null;
  operation: string | null;
  logged: LoggedRequest | null;
  /** Names the user and the organization in the browser's storage. */
  storageKey: string;
  /** What an error code means and what to do about it. */
  errors: Record<string, { meaning: string; remedy: string }>;
  texts: Record<string, string>;
}
