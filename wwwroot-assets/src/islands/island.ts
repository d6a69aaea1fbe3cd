/** What a Blazor component mounts (Portal/Shared/Parts/Island.razor): it owns the element's inside until disposed. */
export interface Island<Props> {
  /** The page's parameters changed. */
  update(props: Props): void;
  dispose(): void;
}

/** The component behind the island; its methods are those that say [JSInvokable]. */
export interface Host {
  invokeMethodAsync<T>(method: string, ...values: unknown[]): Promise<T>;
}

/** Text by key, with `{0}` and so on put in. */
export type Texts = (key: string, ...values: (string | number)[]) => string;

export function textsOf(resource: Record<string, string>): Texts {
  return (key, ...values) => (resource[key] ?? key).replace(/\{(\d+)\}/g, (_, index: string) => String(values[Number(index)] ?? ''));
}
