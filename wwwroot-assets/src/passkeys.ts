import { whenPresent } from './presence';

/** The part of the API that browsers have and TypeScript's library may not know yet. */
interface PasskeySupport {
  parseCreationOptionsFromJSON?: (options: unknown) => PublicKeyCredentialCreationOptions;
  parseRequestOptionsFromJSON?: (options: unknown) => PublicKeyCredentialRequestOptions;
  isConditionalMediationAvailable?: () => Promise<boolean>;
}

const support: PasskeySupport | undefined =
  typeof PublicKeyCredential === 'undefined' ? undefined : (PublicKeyCredential as unknown as PasskeySupport);
let waiting: AbortController | undefined;

async function optionsOf(form: HTMLFormElement): Promise<unknown> {
  const token = form.querySelector<HTMLInputElement>('input[name="__RequestVerificationToken"]')?.value ?? '';
  const response = await fetch(new URL(form.dataset['options'] ?? '', document.baseURI), {
    method: 'POST',
    headers: { RequestVerificationToken: token },
  });
  if (!response.ok) throw new Error(`The portal refused: ${response.status}`);
  return response.json();
}

/** Only one ceremony may run at a time: the one that waits in the field's suggestions gives way to the button's. */
async function ask(form: HTMLFormElement, conditional: boolean): Promise<Credential | null> {
  waiting?.abort();
  const own = new AbortController();
  waiting = own;
  const options = await optionsOf(form);
  if (own.signal.aborted) return null;
  if (form.dataset['passkey'] === 'create') {
    return navigator.credentials.create({ publicKey: support!.parseCreationOptionsFromJSON!(options), signal: own.signal });
  }
  return navigator.credentials.get({
    publicKey: support!.parseRequestOptionsFromJSON!(options),
    signal: own.signal,
    ...(conditional ? { mediation: 'conditional' as CredentialMediationRequirement } : {}),
  });
}

function send(form: HTMLFormElement, credential: Credential | null): void {
  const field = form.querySelector<HTMLInputElement>('[data-credential]');
  if (credential === null || field === null) return;
  field.value = JSON.stringify(credential);
  form.requestSubmit();
}

function explain(form: HTMLFormElement, text: string | undefined): void {
  const place = form.querySelector<HTMLElement>('[data-passkey-error]');
  if (place === null) return;
  place.hidden = text === undefined;
  place.textContent = text ?? '';
}

function messages(form: HTMLFormElement): DOMStringMap {
  return form.querySelector<HTMLElement>('[data-passkey-error]')?.dataset ?? {};
}

async function run(form: HTMLFormElement): Promise<void> {
  explain(form, undefined);
  if (support?.parseRequestOptionsFromJSON === undefined) {
    explain(form, messages(form)['unsupported']);
    return;
  }
  try {
    send(form, await ask(form, false));
  } catch (error) {
    console.info('The browser gave no passkey.', error);
    explain(form, messages(form)['failed']);
  }
}

/** Passkeys are offered among the suggestions of the e-mail field, where the browser can do that. */
async function suggest(form: HTMLFormElement): Promise<void> {
  if (form.dataset['passkey'] !== 'get' || form.dataset['suggested'] !== undefined) return;
  form.dataset['suggested'] = 'yes';
  if (support?.parseRequestOptionsFromJSON === undefined || !(await support.isConditionalMediationAvailable?.())) return;
  try {
    send(form, await ask(form, true));
  } catch (error) {
    // The reader signs in another way, or the page has gone.
    console.debug('No passkey was chosen from the suggestions.', error);
  }
}

/** A `<form data-passkey="create|get" data-options="address">` gets its `[data-credential]` from the browser before it is sent. */
export function startPasskeys(): void {
  whenPresent<HTMLFormElement>('form[data-passkey]', form => void suggest(form));
  document.addEventListener('submit', event => {
    const form = event.target instanceof HTMLFormElement && event.target.dataset['passkey'] !== undefined ? event.target : null;
    if (form === null || form.querySelector<HTMLInputElement>('[data-credential]')?.value !== '') return;
    event.preventDefault();
    event.stopImmediatePropagation();
    void run(form);
  }, true);
}
