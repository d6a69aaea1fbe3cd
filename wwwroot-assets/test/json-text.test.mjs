import { json } from '@codemirror/lang-json';
import { EditorState } from '@codemirror/state';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isAtName, namesAround, pathAt, rangeOf } from '../src/islands/playground/json-text';

function at(marked) {
  const position = marked.indexOf('|');
  return { state: EditorState.create({ doc: marked.replace('|', ''), extensions: [json()] }), position };
}

for (const [marked, path, name] of [
  ['{"a": {"b": "x|"}}', ['a', 'b'], false],
  ['{"a": [{"b": 1}, {"c": 2|}]}', ['a', '1', 'c'], false],
  ['{"a": 1, "b|"}', ['b'], true],
  ['{|}', [], true],
  ['{"a": {"b": 1, |}}', ['a'], true],
  ['[1, |2]', [], false],
]) {
  test(`place in ${marked}`, () => {
    const { state, position } = at(marked);
    assert.deepEqual([pathAt(state, position), isAtName(state, position)], [path, name]);
  });
}

test('names that stand already are known', () => {
  const { state, position } = at('{"x": {"a": 1, "b": 2, |}}');
  assert.deepEqual([...namesAround(state, position)], ['a', 'b']);
});

for (const [document, pointer, shown] of [
  ['{"a": {"b": [1, "x"]}}', '/a/b/1', '"x"'],
  ['{"a": {"b": 1}}', '/a/b', '"b"'],
  ['{"a~b": {"c/d": 1}}', '/a~0b/c~1d', '"c/d"'],
  ['{"a": 1}', '/missing', '{"a": 1}'],
  ['{"a": {"b": 1}}', '/a/missing', '"a"'],
  ['[1, 2]', '', '[1, 2]'],
]) {
  test(`${pointer || 'the whole'} of ${document}`, () => {
    const state = EditorState.create({ doc: document, extensions: [json()] });
    const { from, to } = rangeOf(state, pointer);
    assert.equal(state.sliceDoc(from, to), shown);
  });
}
