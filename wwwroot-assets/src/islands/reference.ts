import { createApiReference } from '@scalar/api-reference';
import { defineComponent, h } from 'vue';
import type { Host, Island } from './island';
import { mendMarkup } from './reference-mends';

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
  /** What a button that copies is called. */
  copyText: string;
  /** The link from an operation to the playground. */
  tryText: string;
}

type Configuration = Parameters<ReturnType<typeof createApiReference>['updateConfiguration']>[0];
type Theme = 'light' | 'dark';

const renewBefore = 60_000;

/** Names an operation to the component that links to the playground. */
const linkExtension = 'x-playground';

function theme(): Theme {
  const chosen = document.documentElement.dataset['theme'];
  if (chosen === 'light' || chosen === 'dark') return chosen;
  return matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light';
}

interface DescribedParameter {
  required?: boolean;
  example?: unknown;
  examples?: Record<string, unknown>;
}

/**
 * The document as Scalar is to have it. Its client would send every optional parameter that has an example: it shows the
 * example and leaves it out. Each operation gets its link to the playground.
 */
function prepared(document: unknown): unknown {
  const parameters = new Set<DescribedParameter>();
  const visit = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    if ('operationId' in value) Object.assign(value, { [linkExtension]: value.operationId });
    for (const [name, inner] of Object.entries(value)) {
      if (name === 'parameters') for (const parameter of Object.values(inner as object)) parameters.add(parameter as DescribedParameter);
      visit(inner);
    }
  };
  visit(document);
  for (const parameter of parameters) {
    if (parameter.required === true || parameter.example === undefined) continue;
    parameter.examples = { example: { value: parameter.example, 'x-disabled': true } };
    delete parameter.example;
  }
  return document;
}

/** The link from an operation to the playground, which Scalar renders where the document has the extension. */
function playgroundLink(text: string) {
  return defineComponent({
    // Vue's name of the extension.
    props: { xPlayground: { type: String, required: true } },
    setup: ({ xPlayground }) => () => h('p', { class: 'reference-try' }, h('a', { href: `playground?operation=${encodeURIComponent(xPlayground)}` }, text)),
  });
}

/** Scalar's reference in the portal's look, with a key that the server lends and renews. */
class Reference implements Island<ReferenceProps> {
  private readonly leaving = new AbortController();
  private readonly themeWatch = new MutationObserver(() => this.apply());
  private readonly place = document.createElement('div');
  private instance: ReturnType<typeof createApiReference> | undefined;
  private content: Record<string, unknown> = {};
  private lent: Lent | undefined;
  private renewal = 0;
  private readonly link;

  constructor(private readonly element: HTMLElement, private readonly props: ReferenceProps, private readonly host: Host) {
    this.link = playgroundLink(props.tryText);
    this.place.className = 'reference';
    element.replaceChildren(this.place);
  }

  async start(): Promise<void> {
    const [response] = await Promise.all([fetch(this.props.documentUrl), this.borrow()]);
    if (!response.ok) throw new Error(`The API's document answered ${response.status}.`);
    this.content = prepared(await response.json()) as Record<string, unknown>;
    if (this.leaving.signal.aborted) return;
    this.instance = createApiReference(this.place, this.configuration());
    this.leaving.signal.addEventListener('abort', mendMarkup(this.place, this.props.copyText));
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
      content: this.content,
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
      plugins: [() => ({ name: 'portal', extensions: [{ name: linkExtension, component: this.link }] })],
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
