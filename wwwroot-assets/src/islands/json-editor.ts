import type { Host, Island } from './island';
import { JsonEditor } from './playground/editor';
import { ApiDocument, type Schema } from './playground/openapi';
import { suggestNames, suggestValues } from './playground/suggestions';
import type { Fault } from './playground/validator';

/** Portal/Shared/Parts/JsonEditor.razor. */
interface EditorProps {
  label: string;
  text: string;
  /** Counts the texts that the page sets; what the reader types does not count. */
  revision: number;
  readOnly: boolean;
  /** What names and values are suggested from. */
  schema: Schema | null;
  /** The longest text that the page takes: a longer message would cost it its connection. */
  most: number;
  /** Said of a text that is longer. */
  tooLong: string;
}

/** How long after the last key the page is told. */
const pauseMs = 250;

/** A CodeMirror editor of JSON whose text the page knows and checks. */
class PageEditor implements Island<EditorProps> {
  private readonly editor: JsonEditor;
  private document: ApiDocument;
  private verdict: Promise<Fault[]> | undefined;
  private typing: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly element: HTMLElement, private props: EditorProps, private readonly host: Host) {
    this.document = new ApiDocument(props.schema);
    this.editor = new JsonEditor(element, props.text, {
      label: props.label,
      readOnly: props.readOnly,
      onChange: () => this.changed(),
      names: path => (this.props.schema === null ? [] : suggestNames(this.document, this.props.schema, path)),
      values: path => (this.props.schema === null ? [] : suggestValues(this.document, this.props.schema, path)),
      check: () => this.tell(),
    });
    // A click elsewhere must find the page knowing what was typed: calls arrive in their order.
    element.addEventListener('focusout', this.leave);
    element.addEventListener('keydown', this.submit, true);
  }

  update(props: EditorProps): void {
    const isNew = props.revision !== this.props.revision;
    this.props = props;
    this.document = new ApiDocument(props.schema);
    if (!isNew) return;
    clearTimeout(this.typing);
    this.verdict = undefined;
    this.editor.text = props.text;
  }

  dispose(): void {
    clearTimeout(this.typing);
    this.element.removeEventListener('focusout', this.leave);
    this.element.removeEventListener('keydown', this.submit, true);
    this.editor.dispose();
  }

  private readonly leave = (): void => {
    if (this.typing !== undefined) void this.tell();
  };

  private readonly submit = (event: KeyboardEvent): void => {
    if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    event.stopPropagation();
    void this.tell();
    void this.host.invokeMethodAsync('Submit');
  };

  private changed(): void {
    this.verdict = undefined;
    clearTimeout(this.typing);
    this.typing = setTimeout(() => void this.tell(), pauseMs);
  }

  /** Tells the page the text, once for each, and gets what is wrong with it. */
  private tell(): Promise<Fault[]> {
    clearTimeout(this.typing);
    this.typing = undefined;
    if (this.editor.text.length > this.props.most) return Promise.resolve([{ pointer: '', keyword: '', message: this.props.tooLong, parameters: {} }]);
    return (this.verdict ??= this.host.invokeMethodAsync<Fault[]>('Changed', this.editor.text));
  }
}

export function mount(element: HTMLElement, props: EditorProps, host: Host): Island<EditorProps> {
  return new PageEditor(element, props, host);
}
