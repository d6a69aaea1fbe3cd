import { autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap, type CompletionContext, type CompletionResult } from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import { json, jsonParseLinter } from '@codemirror/lang-json';
import { bracketMatching, foldGutter, foldKeymap, HighlightStyle, indentOnInput, indentUnit, syntaxHighlighting } from '@codemirror/language';
import { lintKeymap, linter, type Diagnostic } from '@codemirror/lint';
import { EditorSelection, EditorState, type Extension } from '@codemirror/state';
import { drawSelection, EditorView, highlightActiveLine, keymap, lineNumbers } from '@codemirror/view';
import { tags } from '@lezer/highlight';
import { isAtName, namesAround, pathAt, rangeOf } from './json-text';
import type { Fault } from './validator';

/** What may stand at a place of the value. */
export interface Suggestion {
  label: string;
  detail: string;
  info: string;
  /** JSON to be put in. */
  insert: string;
}

export interface EditorOptions {
  label: string;
  readOnly: boolean;
  onChange?: (text: string) => void;
  /** Property names of the object at a path. */
  names?: (path: string[]) => Suggestion[];
  /** Values at a path. */
  values?: (path: string[]) => Suggestion[];
  /** What does not fit the schema. */
  check?: (value: unknown) => Promise<Fault[]>;
  describe?: (fault: Fault) => string;
}

const colours = HighlightStyle.define([
  { tag: tags.propertyName, color: 'var(--code-name)' },
  { tag: tags.string, color: 'var(--code-string)' },
  { tag: [tags.number, tags.bool, tags.null], color: 'var(--code-number)' },
  { tag: tags.punctuation, color: 'var(--text-faint)' },
]);

const look = EditorView.theme({
  '&': { color: 'var(--text)', backgroundColor: 'var(--sunken)', fontSize: 'var(--size-small)', borderRadius: 'inherit' },
  '&.cm-focused': { outline: '2px solid var(--focus)', outlineOffset: '-1px' },
  '.cm-scroller': { fontFamily: 'var(--font-machine)', lineHeight: '1.6', maxHeight: 'inherit', overflow: 'auto' },
  '.cm-content': { caretColor: 'var(--text)', padding: '0.625rem 0' },
  '.cm-cursor': { borderLeftColor: 'var(--text)' },
  '.cm-gutters': { backgroundColor: 'transparent', color: 'var(--text-faint)', border: 'none' },
  '.cm-activeLine': { backgroundColor: 'color-mix(in srgb, var(--accent) 7%, transparent)' },
  '.cm-activeLineGutter': { backgroundColor: 'transparent', color: 'var(--text)' },
  '&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground': { backgroundColor: 'var(--accent-soft)' },
  '.cm-matchingBracket, &.cm-focused .cm-matchingBracket': { backgroundColor: 'var(--accent-soft)', outline: 'none' },
  '.cm-foldPlaceholder': { backgroundColor: 'var(--accent-soft)', border: 'none', color: 'var(--accent-text)', padding: '0 0.375rem' },
  '.cm-tooltip': { backgroundColor: 'var(--raised)', color: 'var(--text)', border: '1px solid var(--line)', borderRadius: 'var(--radius-small)', boxShadow: 'var(--shadow-float)' },
  '.cm-tooltip-autocomplete > ul > li[aria-selected]': { backgroundColor: 'var(--accent)', color: 'var(--on-accent)' },
  '.cm-tooltip.cm-completionInfo': { maxWidth: '22rem', padding: '0.5rem 0.75rem', fontFamily: 'var(--font-text)' },
  '.cm-completionDetail': { fontStyle: 'normal', opacity: '0.8' },
  '.cm-diagnostic': { fontFamily: 'var(--font-text)' },
  '.cm-diagnostic-error': { borderLeftColor: 'var(--danger)' },
});

/** A CodeMirror editor of JSON. */
export class JsonEditor {
  private readonly view: EditorView;
  private silent = false;

  constructor(parent: HTMLElement, text: string, private readonly options: EditorOptions) {
    this.view = new EditorView({ parent, state: EditorState.create({ doc: text, extensions: this.extensions() }) });
  }

  get text(): string {
    return this.view.state.doc.toString();
  }

  set text(text: string) {
    if (text === this.text) return;
    this.silent = true;
    this.view.dispatch({ changes: { from: 0, to: this.view.state.doc.length, insert: text } });
    this.silent = false;
  }

  /** Selects what a JSON Pointer leads to. */
  reveal(pointer: string): void {
    const { from, to } = rangeOf(this.view.state, pointer);
    this.view.dispatch({ selection: EditorSelection.single(from, to), effects: EditorView.scrollIntoView(from, { y: 'center' }) });
    this.view.focus();
  }

  dispose(): void {
    this.view.destroy();
  }

  private extensions(): Extension[] {
    const shared: Extension[] = [
      lineNumbers(), foldGutter(), bracketMatching(), drawSelection(), json(), syntaxHighlighting(colours), look, EditorView.lineWrapping,
      EditorView.contentAttributes.of({ 'aria-label': this.options.label }),
    ];
    if (this.options.readOnly)
      return [...shared, EditorState.readOnly.of(true), EditorView.editable.of(false), EditorView.contentAttributes.of({ tabindex: '0', role: 'textbox', 'aria-multiline': 'true', 'aria-readonly': 'true' }), keymap.of(foldKeymap)];
    return [
      ...shared, history(), closeBrackets(), indentOnInput(), indentUnit.of('  '), highlightActiveLine(),
      autocompletion({ override: [context => this.complete(context)], icons: false }),
      linter(view => this.lint(view), { delay: 300 }),
      // Without the Tab key: it leads on to the next control, here as everywhere.
      keymap.of([...closeBracketsKeymap, ...completionKeymap, ...historyKeymap, ...foldKeymap, ...lintKeymap, ...defaultKeymap.filter(binding => binding.key !== 'Mod-Enter')]),
      EditorView.updateListener.of(update => {
        if (update.docChanged && !this.silent) this.options.onChange?.(this.text);
      }),
    ];
  }

  private complete(context: CompletionContext): CompletionResult | null {
    const { state, pos } = context;
    const word = context.matchBefore(/"?[\w.-]*/);
    const from = word?.from ?? pos;
    const path = pathAt(state, pos);
    if (isAtName(state, pos)) {
      const inName = state.sliceDoc(from, pos) !== '' && path.length > 0;
      const present = namesAround(state, pos);
      const suggestions = (this.options.names?.(inName ? path.slice(0, -1) : path) ?? []).filter(({ label }) => !present.has(label));
      return { from, options: suggestions.map(suggestion => this.option(suggestion, `${JSON.stringify(suggestion.label)}: ${suggestion.insert}`)), filter: true };
    }
    if (!context.explicit && !/:\s*"?[\w.-]*$/.test(state.sliceDoc(Math.max(0, pos - 40), pos))) return null;
    const values = this.options.values?.(path) ?? [];
    return values.length === 0 ? null : { from, options: values.map(suggestion => this.option(suggestion, suggestion.insert)) };
  }

  private option(suggestion: Suggestion, insert: string) {
    return {
      // What was typed may begin with a quotation mark.
      label: `"${suggestion.label}"`,
      displayLabel: suggestion.label,
      detail: suggestion.detail,
      ...(suggestion.info === '' ? {} : { info: suggestion.info }),
      apply: (view: EditorView, _: unknown, from: number, to: number): void => {
        const end = view.state.sliceDoc(to, to + 1) === '"' ? to + 1 : to;
        const gap = /""$/.test(insert) ? 1 : 0;
        view.dispatch({ changes: { from, to: end, insert }, selection: { anchor: from + insert.length - gap } });
      },
    };
  }

  private async lint(view: EditorView): Promise<Diagnostic[]> {
    if (view.state.doc.toString().trim() === '') return [];
    const broken = jsonParseLinter()(view);
    if (broken.length > 0 || this.options.check === undefined) return broken;
    const state = view.state;
    const faults = await this.options.check(JSON.parse(state.doc.toString()));
    if (view.state !== state) return [];
    return faults.map(fault => ({ ...rangeOf(state, fault.pointer), severity: 'error' as const, message: this.options.describe?.(fault) ?? fault.message }));
  }
}
