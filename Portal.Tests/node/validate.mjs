// Validates values against schemas of an OpenAPI 3.1 document.
// Arguments: the document; a file with [{ "name", "pointer", "value" }], the pointer leading to a schema of the document.
// Prints a line for each value that does not fit; the exit code is then 1.
import { readFileSync } from 'node:fs';
import Ajv2020 from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';

const [documentFile, casesFile] = process.argv.slice(2);
const document = JSON.parse(readFileSync(documentFile, 'utf8'));
const ajv = new Ajv2020.default({ strict: false, allErrors: true });
addFormats.default(ajv);
ajv.addFormat('int32', true).addFormat('int64', true);
ajv.addSchema(document, 'document');

let faults = 0;
for (const { name, pointer, value } of JSON.parse(readFileSync(casesFile, 'utf8'))) {
  const validate = ajv.compile({ $ref: `document${encodeURI(pointer)}` });
  if (validate(value)) continue;
  faults++;
  console.log(`${name}: ${ajv.errorsText(validate.errors)}\n  ${JSON.stringify(value).slice(0, 1000)}`);
}
process.exitCode = faults > 0 ? 1 : 0;
