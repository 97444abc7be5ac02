import { existsSync, readFileSync } from 'node:fs';
import { Ajv, type ValidateFunction } from 'ajv';
import type { Emulator, RequestRecord } from '../../src/emulator/emulate.ts';
import type { Contract } from '../../src/model/contract.ts';

/** The structural subset of the vendor's public API definition (Swagger 2.0); it is not part of the repository. */
const file = new URL('../../../shared/reference/genesys-openapi-subset.json', import.meta.url);

export interface CheckedAnswer {
  readonly method: string;
  /** `/api/v2/groups/{groupId}`; the names in the braces do not matter. */
  readonly template: string;
  readonly status: number;
  readonly body?: unknown;
  readonly contract?: Contract;
}

export interface OpenApi {
  /** What is wrong with an answer, by the definition; empty for nothing. */
  check(answer: CheckedAnswer): string[];
  /** Is the operation part of the definition? */
  knows(method: string, template: string): boolean;
  readonly operations: readonly string[];
}

interface Operation {
  readonly responses: Readonly<
    Record<string, { readonly schema?: object; readonly errorCodes?: readonly string[] }>
  >;
}

/** Not in the subset, and yet told by the API reference in the section named. */
const toldElsewhere = new Set([
  'GET /api/v2/routing/queues/me', // §1.5
  'GET /api/v2/groups/{}/dynamicsettings', // §4
  'GET /api/v2/organizations/limits/namespaces/{}/defaults', // §6.4
  'POST /api/v2/audits/query/realtime', // §10; held against the vendor's client instead
  'GET /api/v2/audits/query/realtime/servicemapping',
  'POST /api/v2/scim/groups', // §2.1
  'POST /api/v2/scim/v2/groups',
  'DELETE /api/v2/scim/groups/{}',
  'DELETE /api/v2/scim/v2/groups/{}',
]);

/** The parameter `If-None-Match` is declared there, the 304 that goes with it is not (API reference §2.5). */
const mayBeUnchanged = /^GET \/api\/v2\/scim(?:\/v2)?\/serviceproviderconfig$/u;

/** Statuses that any operation may answer although none declares them: §2.1, §2.5, and what the emulator does not do. */
const extraStatuses = new Set([405, 412, 501]);
const extraCodes = new Set(['method.not.allowed', 'not.implemented', 'not.a.user', 'general.conflict']);

let loaded: OpenApi | undefined;

/** The checker, or undefined where the definition is not at hand. */
export function openApi(): OpenApi | undefined {
  if (!loaded && existsSync(file)) loaded = build(JSON.parse(readFileSync(file, 'utf8')));
  return loaded;
}

function build(document: {
  paths: Record<string, Record<string, Operation>>;
  definitions: Record<string, object>;
}): OpenApi {
  const operations = new Map<string, Operation>();
  for (const [path, methods] of Object.entries(document.paths)) {
    for (const [method, operation] of Object.entries(methods)) {
      operations.set(`${method.toUpperCase()} ${nameless(path)}`, operation);
    }
  }
  const strict = validators(document.definitions, true);
  const tolerant = validators(document.definitions, false);
  return {
    knows: (method, template) => operations.has(`${method} ${nameless(template)}`),
    operations: [...operations.keys()],
    check: answer => {
      const key = `${answer.method} ${nameless(answer.template)}`;
      const documented = answer.contract === 'scim-extension';
      const operation = operations.get(key);
      const validate = documented ? tolerant : strict;
      const say = (problems: readonly string[]) =>
        problems.map(problem => `${answer.method} ${answer.template} ${answer.status}: ${problem}`);
      if (answer.status === 304 && mayBeUnchanged.test(key)) return [];
      if (!operation) {
        if (answer.status === 501 || toldElsewhere.has(key) || documented)
          return say(errorShape(answer, validate));
        return say(['the definition does not have this operation']);
      }
      return say(checkOperation(operation, answer, validate, documented));
    },
  };
}

type Validate = (schema: object, body: unknown) => string[];

function checkOperation(
  operation: Operation,
  answer: CheckedAnswer,
  validate: Validate,
  documented: boolean,
): string[] {
  const { status, body } = answer;
  const declared = operation.responses[String(status)];
  if (!declared && status >= 400) {
    return extraStatuses.has(status) ? errorShape(answer, validate) : ['the status is not declared'];
  }
  if (!declared && !operation.responses.default && !documented) return ['the status is not declared'];
  if (status >= 400) return [...errorShape(answer, validate), ...codeProblems(operation, body)];
  if (status === 304 || answer.method === 'HEAD') return body === undefined ? [] : ['must have no body'];
  const schema = declared?.schema;
  if (!schema || Object.keys(schema).length === 0) return body === undefined ? [] : ['must have no body'];
  if (body === undefined) return ['must have a body'];
  return validate(schema, body);
}

/** Both error shapes coexist in SCIM (API reference §2.6); everything else has the platform's. */
function errorShape(answer: CheckedAnswer, validate: Validate): string[] {
  const { body, status } = answer;
  if (status < 400 || answer.method === 'HEAD') return [];
  const isScim = typeof (body as { status?: unknown } | undefined)?.status === 'string';
  if (isScim && !answer.template.startsWith('/api/v2/scim')) return ['a SCIM error outside SCIM'];
  const told = Number((body as { status?: unknown } | undefined)?.status);
  return [
    ...validate({ $ref: `#/definitions/${isScim ? 'ScimError' : 'ErrorBody'}` }, body),
    ...(told === status ? [] : [`the body says status ${told}`]),
  ];
}

/** The vendor lists the codes by status, not always under the one that its own tools see; so any of them will do. */
function codeProblems(operation: Operation, body: unknown): string[] {
  const code = (body as { code?: unknown }).code;
  if (typeof code !== 'string' || extraCodes.has(code)) return [];
  const known = Object.values(operation.responses).flatMap(response => response.errorCodes ?? []);
  return known.includes(code) ? [] : [`the code ${code} is not declared`];
}

const nameless = (path: string): string => path.replace(/\{[^}]*\}/gu, '{}');

/** Validates by the definitions; `strict` refuses properties that a definition with properties does not name. */
function validators(definitions: Record<string, object>, strict: boolean): Validate {
  const ajv = new Ajv({ strict: false, allErrors: true });
  ajv.addFormat('date-time', /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d)$/u);
  // The vendor's links are relative to the API host, so `uri` means any reference.
  ajv.addFormat('uri', /^\S+$/u);
  for (const format of ['int32', 'int64', 'double', 'float', 'local-date-time', 'date', 'interval', 'byte']) {
    ajv.addFormat(format, true);
  }
  const closed = Object.fromEntries(
    Object.entries(definitions).map(([name, definition]) => [name, strict ? close(definition) : definition]),
  );
  const compiled = new Map<string, ValidateFunction>();
  return (schema, body) => {
    const text = JSON.stringify(schema);
    let validate = compiled.get(text);
    if (!validate) {
      validate = ajv.compile({ ...schema, definitions: closed });
      compiled.set(text, validate);
    }
    if (validate(body)) return [];
    return (validate.errors ?? []).map(
      error => `${error.instancePath || '/'} ${error.message} ${JSON.stringify(error.params)}`,
    );
  };
}

function close(definition: object): object {
  const { properties, additionalProperties, allOf } = definition as Record<string, unknown>;
  if (!properties || additionalProperties !== undefined || allOf) return definition;
  return { ...definition, additionalProperties: false };
}

export interface Recording {
  /** Violations so far, each once. */
  violations(): string[];
  /** Answers that were checked; 0 where the definition is not at hand. */
  readonly checked: number;
  /** Operations that were seen with a 2xx answer. */
  readonly seen: ReadonlySet<string>;
  stop(): void;
}

/**
 * Checks every answer that the emulator gives from now on. Answers that a fault made or cut are not the emulator's own
 * and pass. `tolerate` lets through what a test does on purpose, e.g. a queue field that no definition has.
 */
export function recordAnswers(
  emulator: Emulator,
  tolerate: (violation: string) => boolean = () => false,
): Recording {
  const api = openApi();
  const found = new Set<string>();
  const seen = new Set<string>();
  const tally = { checked: 0 };
  const stop = emulator.on('answer', (record: RequestRecord) => {
    const { method, template, status } = record;
    if (!api || status === undefined || record.fault || !template.startsWith('/api/v2/')) return;
    tally.checked++;
    if (status < 300) seen.add(`${method} ${nameless(template)}`);
    // What goes on the wire is JSON: undefined fields are gone there.
    const body = record.answer === undefined ? undefined : JSON.parse(JSON.stringify(record.answer));
    for (const violation of api.check({ method, template, status, body, contract: emulator.contract })) {
      // Whoever asked SCIM for some attributes gets no others, required or not (API reference §2.3).
      if (/attributes=/iu.test(record.query) && violation.includes('must have required property')) continue;
      if (!tolerate(violation)) found.add(violation);
    }
  });
  return {
    violations: () => [...found],
    get checked() {
      return tally.checked;
    },
    seen,
    stop,
  };
}
