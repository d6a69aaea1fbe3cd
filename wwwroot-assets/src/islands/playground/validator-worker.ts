// Checks values against schemas with ajv, which compiles them by `new Function`: pages forbid that, so it happens here,
// in a worker whose own policy (Portal/Shared/PageHeaders.cs) allows it and nothing else: it reaches no network and no page.
import Ajv2020, { type ValidateFunction } from 'ajv/dist/2020';
import addFormats from 'ajv-formats';
import type { Fault, Question, Verdict } from './validator';

const ajv = new Ajv2020({ strict: false, allErrors: true, verbose: false, logger: false });
addFormats(ajv);

const validators = new Map<string, ValidateFunction>();

function validatorOf(pointer: string): ValidateFunction {
  let validate = validators.get(pointer);
  if (validate === undefined) {
    validate = ajv.compile({ $ref: `document${encodeURI(pointer)}` });
    validators.set(pointer, validate);
  }
  return validate;
}

function check(pointer: string, value: unknown): Fault[] {
  const validate = validatorOf(pointer);
  if (validate(value) === true) return [];
  return (validate.errors ?? []).map(error => ({
    pointer: error.instancePath, keyword: error.keyword, message: error.message ?? error.keyword, parameters: error.params,
  }));
}

self.addEventListener('message', (event: MessageEvent<Question>) => {
  const question = event.data;
  if (question.kind === 'document') {
    ajv.addSchema(question.document as Record<string, unknown>, 'document');
    return;
  }
  let verdict: Verdict;
  try {
    verdict = { id: question.id, faults: check(question.pointer, question.value) };
  } catch (error) {
    verdict = { id: question.id, failure: String(error) };
  }
  self.postMessage(verdict);
});
