import { ensureSyntaxTree, syntaxTree } from '@codemirror/language';
import type { EditorState } from '@codemirror/state';

type SyntaxNode = ReturnType<ReturnType<typeof syntaxTree>['resolveInner']>;

/** Longest time in milliseconds to finish the tree of a text that is still being parsed. */
const patience = 500;

function treeOf(state: EditorState) {
  return ensureSyntaxTree(state, state.doc.length, patience) ?? syntaxTree(state);
}

function text(state: EditorState, node: SyntaxNode): string {
  return state.sliceDoc(node.from, node.to);
}

function nameOf(state: EditorState, property: SyntaxNode): string | undefined {
  const name = property.getChild('PropertyName');
  if (name === null) return undefined;
  try {
    return JSON.parse(text(state, name)) as string;
  } catch {
    // A name that is still being typed.
    return undefined;
  }
}

const valueNames = new Set(['Object', 'Array', 'String', 'Number', 'True', 'False', 'Null']);

function values(node: SyntaxNode): SyntaxNode[] {
  const found: SyntaxNode[] = [];
  for (let child = node.firstChild; child !== null; child = child.nextSibling) if (valueNames.has(child.name)) found.push(child);
  return found;
}

/** The property names and indices that lead to a position. */
export function pathAt(state: EditorState, position: number): string[] {
  const path: string[] = [];
  for (let node: SyntaxNode | null = treeOf(state).resolveInner(position, -1); node !== null; node = node.parent) {
    const parent: SyntaxNode | null = node.parent;
    if (node.name === 'Property') path.unshift(nameOf(state, node) ?? '');
    else if (parent?.name === 'Array' && valueNames.has(node.name)) path.unshift(String(values(parent).findIndex(value => value.from === node!.from)));
  }
  return path;
}

/** Where a JSON Pointer leads; the nearest that exists where it leads nowhere. */
export function rangeOf(state: EditorState, pointer: string): { from: number; to: number } {
  const root = treeOf(state).topNode;
  let node: SyntaxNode = values(root)[0] ?? root;
  let shown = node;
  for (const part of pointer.split('/').slice(1).map(raw => raw.replaceAll('~1', '/').replaceAll('~0', '~'))) {
    const property = node.getChildren('Property').find(candidate => nameOf(state, candidate) === part);
    const next: SyntaxNode | undefined = node.name === 'Array' ? values(node)[Number(part)] : property === undefined ? undefined : values(property)[0];
    if (next === undefined) return firstLine(state, property ?? shown);
    node = next;
    shown = property?.getChild('PropertyName') ?? next;
  }
  return firstLine(state, shown);
}

/** A whole object underlined would say nothing. */
function firstLine(state: EditorState, node: SyntaxNode): { from: number; to: number } {
  return { from: node.from, to: Math.min(node.to, state.doc.lineAt(node.from).to) };
}

/** The names that stand in the object around a position. */
export function namesAround(state: EditorState, position: number): Set<string> {
  let node: SyntaxNode | null = treeOf(state).resolveInner(position, -1);
  while (node !== null && node.name !== 'Object') node = node.parent;
  return new Set((node?.getChildren('Property') ?? []).map(property => nameOf(state, property)).filter(name => name !== undefined));
}

/** Whether a position is where a property's name goes. */
export function isAtName(state: EditorState, position: number): boolean {
  const node = treeOf(state).resolveInner(position, -1);
  if (node.name === 'PropertyName') return true;
  if (node.name !== 'Object' && node.name !== '⚠' && node.name !== '{' && node.name !== ',') return false;
  const before = state.sliceDoc(0, position).trimEnd();
  return before.endsWith('{') || before.endsWith(',');
}
