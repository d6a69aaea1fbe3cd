import { h, icon, newId, put } from '../dom';
import { textsOf, type Host, type Island, type Texts } from '../island';
import { AnswerView } from './answer-view';
import { BodyPane } from './body-pane';
import { CodeView } from './code-view';
import type { ReadCurl, Said } from './curl';
import { CurlDialog } from './curl-dialog';
import { draftOfCurl } from './curl-draft';
import { draftOf, keyHeader, missing, parameterKey, pathOf, requestOf, withoutSecrets, type Draft } from './draft';
import { describeFault } from './fault-words';
import { ParameterForm } from './form-view';
import { History, type Sent } from './history';
import { HistoryView } from './history-view';
import { headerOf, type HttpAnswer } from './http';
import { KeyBar } from './key-bar';
import { covers, KeyRefused, KeySource, type Answered } from './key-source';
import { ApiDocument, type Operation } from './openapi';
import { OperationList } from './operation-list';
import type { KeyChoice, LoggedRequest, PlaygroundProps } from './props';
import { send } from './sender';
import { TitleView } from './title-view';
import { Validator } from './validator';

type Pane = 'request' | 'answer';

/** The playground: a key, an operation, a request and its answer. */
export class Playground implements Island<PlaygroundProps> {
  private readonly t: Texts;
  private readonly base = document.baseURI.replace(/\/$/, '');
  private readonly root = h('div', { class: 'play' });
  private readonly title: TitleView;
  private readonly notes = h('div', { class: 'play-notes', role: 'status' });
  private readonly keys: KeySource;
  private readonly keyBar: KeyBar;
  private readonly list: OperationList;
  private readonly parameters: ParameterForm;
  private readonly body: BodyPane;
  private readonly code: CodeView;
  private readonly answer: AnswerView;
  private readonly history: History;
  private readonly historyView: HistoryView;
  private readonly curl: CurlDialog;
  private readonly validator: Validator;
  private readonly leaving = new AbortController();
  private draft: Draft;
  private operation: Operation | undefined;
  private sending: AbortController | undefined;

  constructor(element: HTMLElement, private props: PlaygroundProps, private readonly host: Host, private readonly api: ApiDocument) {
    const t = (this.t = textsOf(props.texts));
    this.keys = new KeySource(host);
    this.history = new History(localStorage, `portal-playground:${props.storageKey}`);
    this.validator = new Validator(props.validatorUrl, api.raw);
    const describe = describeFault(t);
    this.keyBar = new KeyBar(t, this.keys, props.mayLend, () => this.keyChanged(), () => this.makeTestKey());
    this.list = new OperationList(t, operation => this.choose(operation));
    this.parameters = new ParameterForm(t, (parameter, text) => {
      this.draft.parameters[parameterKey(parameter)] = text;
      this.draftChanged();
    });
    this.body = new BodyPane(t, api, this.validator, text => {
      this.draft.body = text;
      this.draftChanged();
    }, describe);
    this.code = new CodeView(t);
    this.answer = new AnswerView(t, props, api, this.validator, describe);
    this.historyView = new HistoryView(t, this.history, sent => this.open(sent));
    this.curl = new CurlDialog(t, read => this.takeCurl(read));
this.title = new TitleView(t, () => void this.send());
    this.operation = this.named(props.operation);
    this.draft = this.operation === undefined ? { operationId: null, method: 'GET', path: '/api/v1/ping', parameters: {}, headers: [], body: '' } : this.begin(this.operation);
    this.layOut(element);
    this.keys.choose(this.firstKey());
    this.keyBar.show(props.keys);
    if (props.logged !== null) this.takeLogged(props.logged);
    else this.showDraft();
    document.addEventListener('keydown', event => this.key(event), { signal: this.leaving.signal });
  }

  update(props: PlaygroundProps): void {
    const before = this.props;
    this.props = props;
    this.keyBar.show(props.keys);
    const operation = this.named(props.operation);
    if (operation !== undefined && props.operation !== before.operation && operation.id !== this.operation?.id) this.show(operation);
  }

  dispose(): void {
    this.leaving.abort();
    this.sending?.abort();
    this.body.dispose();
    this.answer.dispose();
    this.validator.dispose();
    this.root.remove();
  }

  private layOut(element: HTMLElement): void {
    const t = this.t;
    const toggle = h('button', { type: 'button', class: 'button play-toggle', 'aria-expanded': 'false', onclick: () => this.openSide(this.root.dataset['side'] !== 'open') }, t('Operations.Change'), icon('chevron'));
    const sideName = newId('side');
    const side = (value: string, text: string, checked: boolean): HTMLElement => h('label', {}, h('input', { type: 'radio', name: sideName, checked, onchange: () => this.turnSide(value) }), text);
    const paneName = newId('pane');
    const pane = (value: Pane, text: string): HTMLElement => h('label', {}, h('input', { type: 'radio', name: paneName, value, checked: value === 'request', onchange: () => this.turn(value) }), text);
    this.root.dataset['pane'] = 'request';
    this.historyView.element.hidden = true;
    put(this.root,
      h('div', { class: 'play-bar' }, this.keyBar.element, h('div', { class: 'play-bar__tools' }, toggle, h('button', { type: 'button', class: 'button', onclick: () => this.curl.open() }, t('Curl.Open')))),
      h('div', { class: 'play-panes' },
        h('aside', { class: 'play-side', 'aria-label': t('Operations.Title') },
          h('div', { class: 'segments segments--text', role: 'radiogroup', 'aria-label': t('Operations.Sides') }, side('operations', t('Operations.Title'), true), side('history', t('History.Title'), false)),
          this.list.element, this.historyView.element),
        h('div', { class: 'segments segments--text play-turn', role: 'radiogroup', 'aria-label': t('Request.Panes') }, pane('request', t('Request.Title')), pane('answer', t('Answer.Title'))),
        h('section', { class: 'play-request', 'aria-label': t('Request.Title') }, this.title.element, this.notes, this.parameters.element, this.body.element, this.code.element),
        this.answer.element),
      this.curl.element);
    put(element, this.root);
  }

  /** The operation that the address names; without one, a list that everybody may try. */
  private named(id: string | null): Operation | undefined {
    return this.api.find(id) ?? this.api.find('contacts_list') ?? this.api.operations[0];
  }

  private firstKey(): KeyChoice | undefined {
    const { keys, key, mayLend } = this.props;
    if (!mayLend) return undefined;
    return keys.find(choice => choice.id === key) ?? keys.find(choice => choice.mode === 'test');
  }

  /** The draft that was left, so that a reload loses nothing; else a new one. */
  private begin(operation: Operation): Draft {
    const stored = sessionStorage.getItem(this.draftKey(operation.id));
    return stored === null ? draftOf(operation) : { ...draftOf(operation), ...(JSON.parse(stored) as Partial<Draft>) };
  }

  private draftKey(operationId: string): string {
    return `portal-playground-draft:${this.props.storageKey}:${operationId}`;
  }

  private choose(operation: Operation): void {
    this.show(operation);
    void this.host.invokeMethodAsync('Show', operation.id);
    this.title.focus();
  }

  private show(operation: Operation): void {
    this.operation = operation;
    this.draft = this.begin(operation);
    this.openSide(false);
    this.turn('request');
    this.answer.showNothing();
    put(this.notes);
    this.showDraft();
  }

  private showDraft(): void {
    const { operation, draft } = this;
    this.list.show(this.api.operations, operation?.id ?? null);
    this.showTitle();
    if (operation === undefined) put(this.parameters.element);
    else this.parameters.show(this.api, operation, draft);
    const hasBody = operation === undefined ? !['GET', 'HEAD'].includes(draft.method) : operation.body !== undefined;
    this.body.element.hidden = !hasBody;
    if (hasBody) this.body.show(operation, draft.body);
    this.draftChanged();
  }

  private showTitle(): void {
    const { operation, draft, keys } = this;
    const lacking = operation !== undefined && operation.scopes.length > 0 && keys.chosen !== undefined && !operation.scopes.some(scope => covers(keys.chosen!.scopes, scope));
    this.title.show(operation, draft.method, keys.mode === 'live', lacking ? keys.name : undefined);
    this.showPath();
  }

  private showPath(): void {
    this.title.showPath(pathOf(this.draft, this.operation));
  }

  private draftChanged(): void {
    this.showPath();
    this.code.show(requestOf(this.draft, this.operation, this.base), this.sendsKey ? keyHeader : undefined);
    if (this.operation === undefined) return;
    try {
      sessionStorage.setItem(this.draftKey(this.operation.id), JSON.stringify(withoutSecrets(this.draft)));
    } catch (error) {
      console.warn('The draft will not survive a reload: the browser refuses to store it.', error);
    }
  }

  /** Operations that everybody may call get no key: signing in with one would be odd. */
  private get sendsKey(): boolean {
    return this.operation?.secured ?? true;
  }

  private keyChanged(): void {
    this.showTitle();
  }

  private async makeTestKey(): Promise<void> {
    const { result, refusal } = await this.host.invokeMethodAsync<Answered<KeyChoice>>('MakeTestKey');
    if (result === null) {
      this.say([{ key: 'Key.NotMade', values: [refusal ?? ''] }]);
      return;
    }
    this.props = { ...this.props, keys: [...this.props.keys.filter(key => key.id !== result.id), result] };
    this.keys.choose(result);
    this.keyBar.show(this.props.keys);
    this.keyChanged();
    this.say([{ key: 'Key.Made', values: [result.name] }]);
    this.title.sendButton.focus();
  }

  private async send(): Promise<void> {
    if (this.sending !== undefined) return;
    const { operation, draft } = this;
    const demanded = missing(draft, operation)[0];
    if (demanded !== undefined) {
      this.turn('request');
      this.parameters.demand(demanded);
      this.say([{ key: 'Request.Missing', values: [demanded.name] }]);
      return;
    }
    put(this.notes);
    const sending = (this.sending = new AbortController());
    this.title.sendButton.setAttribute('aria-disabled', 'true');
    this.turn('answer');
    this.answer.showSending(() => sending.abort());
    try {
      const credential = this.sendsKey ? await this.keys.credential() : undefined;
      const answer = await send(requestOf(draft, operation, this.base), credential, keyHeader, sending.signal);
      if (answer.status === 401) this.keys.forget();
      this.answer.show(answer, operation);
      this.remember(draft, operation, answer);
    } catch (error) {
      this.explain(error, sending.signal.aborted);
    } finally {
      this.sending = undefined;
      this.title.sendButton.removeAttribute('aria-disabled');
    }
  }

  private explain(error: unknown, cancelled: boolean): void {
    if (this.leaving.signal.aborted) return;
    if (cancelled) this.answer.showNothing();
    else if (error instanceof KeyRefused) this.answer.showFailure(this.t('Failed.Key'), error.message);
    else if (error instanceof TypeError) this.answer.showFailure(this.t('Failed.Network'), this.t('Failed.NetworkText'));
    else {
      console.warn('The request could not be sent.', error);
      this.answer.showFailure(this.t('Failed.Key'), this.t('Failed.KeyText'));
    }
  }

  private remember(draft: Draft, operation: Operation | undefined, answer: HttpAnswer): void {
    this.history.add({
      id: crypto.getRandomValues(new Uint32Array(2)).join('-'), at: Date.now(), draft: structuredClone(draft), path: pathOf(draft, operation), keyName: this.keys.name, mode: this.keys.mode,
      status: answer.status, duration: answer.timing.total, requestId: headerOf(answer.headers, 'X-Request-Id'),
    });
    this.historyView.show();
  }

  private open(sent: Sent): void {
    this.take(sent.draft, [{ key: 'Request.FromHistory', values: [] }]);
    if (sent.draft.operationId !== null) void this.host.invokeMethodAsync('Show', sent.draft.operationId);
  }

  private takeCurl(read: ReadCurl): void {
    const { draft, notes } = draftOfCurl(this.api, read, new URL(this.base).pathname.replace(/\/$/, ''));
    if (read.credential !== undefined) {
      this.keys.paste(read.credential);
      this.keyBar.show(this.props.keys);
    }
    this.take(draft, notes);
    if (draft.operationId !== null) void this.host.invokeMethodAsync('Show', draft.operationId);
  }

  private takeLogged({ method, path, headers, body }: LoggedRequest): void {
    const request = { method, url: this.base + path, headers, ...(body === '' ? {} : { body }) };
    const { draft } = draftOfCurl(this.api, { request, credential: undefined, notes: [] }, new URL(this.base).pathname.replace(/\/$/, ''));
    this.take(draft, [{ key: 'Request.FromLog', values: [] }]);
  }

  private take(draft: Draft, notes: Said[]): void {
    this.operation = this.api.find(draft.operationId);
    this.draft = structuredClone(draft);
    this.openSide(false);
    this.turn('request');
    this.answer.showNothing();
    this.showDraft();
    this.say(notes);
    this.title.focus();
  }

  private say(notes: Said[]): void {
    put(this.notes, ...notes.map(note => h('p', {}, this.t(note.key, ...note.values))));
  }

  private turn(pane: Pane): void {
    this.root.dataset['pane'] = pane;
    const radio = this.root.querySelector<HTMLInputElement>(`.play-turn input[value='${pane}']`);
    if (radio !== null) radio.checked = true;
  }

  private turnSide(side: string): void {
    const isHistory = side === 'history';
    this.list.element.hidden = isHistory;
    this.historyView.element.hidden = !isHistory;
    if (isHistory) this.historyView.show();
  }

  private openSide(open: boolean): void {
    if (open) this.root.dataset['side'] = 'open';
    else delete this.root.dataset['side'];
    this.root.querySelector('.play-toggle')?.setAttribute('aria-expanded', String(open));
    if (open) this.list.focus();
  }

  private key(event: KeyboardEvent): void {
    if (document.querySelector('dialog:modal') !== null) return;
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      void this.send();
      return;
    }
    const isTyping = event.target instanceof HTMLElement && (event.target.isContentEditable || event.target.matches('input, textarea, select'));
    if (event.key !== '/' || event.ctrlKey || event.metaKey || event.altKey || isTyping) return;
    event.preventDefault();
    this.openSide(true);
  }
}

/** Loads the document and puts the playground into the element. */
export async function open(element: HTMLElement, props: PlaygroundProps, host: Host): Promise<Playground> {
  const response = await fetch(props.documentUrl, { credentials: 'same-origin' });
  if (!response.ok) throw new Error(`The API's document answered ${response.status}.`);
  return new Playground(element, props, host, new ApiDocument(await response.json()));
}
