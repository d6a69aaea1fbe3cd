/** The part of blazor.web.js that is used here. */
export interface BlazorApi {
  navigateTo?: (address: string) => void;
  reconnect?: () => Promise<boolean>;
  addEventListener?: (name: 'enhancedload', listener: () => void) => void;
}

declare global {
  interface Window {
    Blazor?: BlazorApi;
  }
}
