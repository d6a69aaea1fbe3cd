interface BlazorStartOptions {
  circuit: { reconnectionOptions: { maxRetries: number; retryIntervalMilliseconds: (attempt: number) => number } };
}

/** The part of blazor.web.js that is used here. */
export interface BlazorApi {
  start?: (options: BlazorStartOptions) => Promise<void>;
  reconnect?: () => Promise<boolean>;
  navigateTo?: (address: string) => void;
  addEventListener?: (name: 'enhancedload', listener: () => void) => void;
}

declare global {
  interface Window {
    Blazor?: BlazorApi;
  }
}
