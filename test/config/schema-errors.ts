import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import type { JsonSchema } from '../../src/config/json-schema.ts';

/** What a JSON Schema has against some data; throws where the schema itself is wrong. */
export function schemaErrors(schema: JsonSchema, data: unknown): string[] {
  const ajv = new Ajv({ strict: true, strictTypes: false, strictRequired: false, allErrors: true });
  addFormats.default(ajv);
  const validate = ajv.compile(schema);
  if (validate(data)) return [];
  return (validate.errors ?? []).map(error => `${error.instancePath} ${error.message}`);
}
