import { createApiReference } from '@scalar/api-reference';
import type { Host, Island } from './island';

interface Lent {
  loanId: string;
  token: string;
  lifetime: number;
}

interface Answered<T> {
  result: T | null;
  refusal: string | null;
}

/** What ReferencePage.razor.cs hands over (ReferenceProps). */
interface ReferenceProps {
  documentUrl: string;
  /** The test key that requests carry; null without any. */
  keyId: string | null;
}

type Configuration = Parameters<ReturnType<typeof createApiReference>['updateConfiguration']>[0];
type Theme = 'light' | 'dark';

const renewBefore = 60_000;

function theme(): Theme {
  const chosen = document.documentElement.dataset['theme'];
  if (chosen === 'light' || chosen === 'dark') return chosen;
  return matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light';
}

/** Scalar's reference in the portal's look, with a key that the server lends and renews. */
class Reference implements Island<ReferenceProps> {
  private readonly leaving = new AbortController();
  private readonly themeWatch = new MutationObserver(() => this.apply());
  private readonly place = document.createElement('div');
  private instance: ReturnType<typeof createApiReference> | undefined;
  private lent: Lent | undefined;
  private renewal = 0;

  constructor(private readonly element: HTMLElement, private readonly props: ReferenceProps, private readonly host: Host) {
    this.place.className = 'reference';
    element.replaceChildren(this.place);
  }

  async start(): Promise<void> {
    await this.borrow();
    if (this.leaving.signal.aborted) return;
    this.instance = createApiReference(this.place, this.configuration());
    this.themeWatch.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme'] });
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => this.apply(), { signal: this.leaving.signal });
  }

  update(): void {
    // The address's fragment is Scalar's own; nothing else of the page changes.
  }

  dispose(): void {
    this.leaving.abort();
    this.themeWatch.disconnect();
    window.clearTimeout(this.renewal);
    this.instance?.destroy();
    this.element.replaceChildren();
    document.body.classList.remove('light-mode', 'dark-mode');
  }

  private apply(): void {
    this.instance?.updateConfiguration(this.configuration());
  }

  private async borrow(): Promise<void> {
    const { keyId } = this.props;
    if (keyId === null) return;
    const { result } = await this.host.invokeMethodAsync<Answered<Lent>>('Lend', keyId, this.lent?.loanId ?? null);
    this.lent = result ?? undefined;
    if (result === null || this.leaving.signal.aborted) return;
    this.renewal = window.setTimeout(() => {
      this.borrow().then(() => this.apply(), (error: unknown) => console.warn('The key could not be borrowed again.', error));
    }, Math.max(10_000, result.lifetime - renewBefore));
  }

  private configuration(): Configuration {
    return {
      url: new URL(this.props.documentUrl, document.baseURI).href,
      baseServerURL: document.baseURI.replace(/\/$/, ''),
      theme: 'none',
      withDefaultFonts: false,
      telemetry: false,
      showDeveloperTools: 'never',
      hideClientButton: true,
      hideDarkModeToggle: true,
      forceDarkModeState: theme(),
      persistAuth: false,
      documentDownloadType: 'none',
      agent: { disabled: true },
      mcp: { disabled: true },
      searchHotKey: 'j',
      defaultHttpClient: { targetKey: 'shell', clientKey: 'curl' },
      generateOperationSlug: operation => operation.operationId ?? `${operation.method}${operation.path}`,
      authentication: {
        preferredSecurityScheme: 'ApiKey',
        ...(this.lent === undefined ? {} : { securitySchemes: { ApiKey: { name: 'X-API-Key', in: 'header', value: this.lent.token } } }),
      },
    };
  }
}

export async function mount(element: HTMLElement, props: ReferenceProps, host: Host): Promise<Island<ReferenceProps>> {
  const reference = new Reference(element, props, host);
  await reference.start();
  return reference;
}
