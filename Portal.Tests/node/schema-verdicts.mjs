// Says of each case in a file [{ "schema", "value" }] whether the value fits, by ajv (draft 2020-12): a line of true or false each.
import { readFileSync } from 'node:fs';
import Ajv2020 from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';

const ajv = new Ajv2020.default({ strict: false });
addFormats.default(ajv);
for (const { schema, value } of JSON.parse(readFileSync(process.argv[2], 'utf8'))) console.log(ajv.compile(schema)(value));
