import type { z } from 'zod';
import { nearest } from '../model/select.ts';
import { type ConfigPath, type Mistake, oneOf, pathText, wrong, wrongKey } from './mistake.ts';
import { isBlock, valueAt } from './raw-data.ts';
import { hintAt, keysAt } from './schema-walk.ts';
import { boundText, empty, example, expectations, hidden, isCustom } from './wording.ts';

type Issue = z.core.$ZodIssue;

/** What is known about a section besides its schema's complaints. */
export interface Explained {
  readonly schema: z.core.$ZodType;
  /** Where the section stands in the config. */
  readonly base: ConfigPath;
  readonly raw: unknown;
  /** Keys that the block may have besides those of the schema (`kind` of a source). */
  readonly alsoKnown?: readonly string[];
  /** How a value may be told, where it may be told at all: no secret, nothing that came from the environment. */
  readonly show: (path: ConfigPath, value: unknown) => string;
  /** A scalar as it is written, for the remedy "put quotes around it". */
  readonly source: (path: ConfigPath) => string | undefined;
}

/** The schema's complaints in words for people, with what to do about each. */
export function explain(issues: readonly Issue[], section: Explained): Mistake[] {
  const unknown = issues.flatMap(issue =>
    issue.code === 'unrecognized_keys' ? issue.keys.map(key => unknownKey(key, issue, section)) : [],
  );
  const guessed = new Set(unknown.flatMap(each => each.guesses));
  const others = issues.filter(issue => issue.code !== 'unrecognized_keys');
  return [
    ...unknown.map(each => each.mistake),
    // A misspelt key is one mistake, not an unknown key and a missing one.
    ...others.flatMap(issue => (guessed.has(pathText(pathOf(issue))) ? [] : explainOne(issue, section))),
  ];
}

const pathOf = (issue: { readonly path: readonly PropertyKey[] }): ConfigPath =>
  issue.path.filter(part => typeof part !== 'symbol');

function unknownKey(key: string, issue: Issue, { schema, base, raw, alsoKnown = [] }: Explained) {
  const parent = pathOf(issue);
  const here = valueAt(raw, parent);
  const known = [...(parent.length === 0 ? alsoKnown : []), ...keysAt(schema, parent)];
  const free = known.filter(name => !(isBlock(here) && Object.hasOwn(here, name)));
  const near = nearest(key, free);
  const remedy = near[0]
    ? `Did you mean ${oneOf(near)}?`
    : known.length > 0
      ? `Remove it; known here are ${known.join(', ')}.`
      : 'Remove it.';
  const place = pathText([...base, ...parent]);
  return {
    mistake: wrongKey([...base, ...parent, key], `Unknown key "${key}"${place && ` in ${place}`}.`, remedy),
    guesses: near.slice(0, 1).map(name => pathText([...parent, name])),
  };
}

function explainOne(issue: Issue, section: Explained): Mistake[] {
  const own = pathOf(issue);
  const path = [...section.base, ...own];
  const value = valueAt(section.raw, own);
  const subject = pathText(path) || 'The config';
  const found = section.show(path, value);
  const hint = hintAt(section.schema, own);
  const like = example(own, hint.example);
  const said = isCustom(issue.message) ? issue.message : undefined;
  const remedyOf = (fallback: string) => customRemedy(issue) ?? fallback;

  if (value === undefined && issue.code !== 'custom') {
    const about = hint.description ? ` ${hint.description}` : '';
    return [wrongKey(path, `${subject} is missing.`, `Add ${like ?? `"${own.at(-1)}"`}.${about}`)];
  }
  switch (issue.code) {
    case 'invalid_type': {
      if (issue.expected === 'string') return [noText(path, own, value, section)];
      const wanted = expectations[issue.expected] ?? issue.expected;
      return [wrong(path, `${subject} must be ${wanted}, but is ${found}.`, `Write ${like ?? wanted}.`)];
    }
    case 'invalid_value': {
      const values = issue.values.map(String);
      const near = typeof value === 'string' ? nearest(value, values, 1) : [];
      const remedy = near[0] ? `Did you mean "${near[0]}"?` : `Write ${oneOf(values)}.`;
      return [wrong(path, said ?? `${subject} must be ${oneOf(values)}, but is ${found}.`, remedy)];
    }
    case 'too_small':
    case 'too_big': {
      const bound = boundText(issue);
      const but = bound === empty ? '' : `, but is ${found}`;
      const happened = said ? `${subject} ${said}.` : `${subject} ${bound}${but}.`;
      return [wrong(path, happened, `Write ${like ?? 'a value within the bound'}.`)];
    }
    case 'invalid_union':
      return explainUnion(issue, section);
    case 'invalid_key':
      return [
        wrongKey(
          path,
          `"${String(own.at(-1))}" cannot be a key here.`,
          'Begin with a letter and use letters, digits, "_" and "-" (at most 64).',
        ),
      ];
    default: {
      const text = (said ?? 'is not valid').replace(/\.$/u, '');
      const happened = /^[A-Z]/u.test(text) ? `${subject}: ${text}.` : `${subject} ${text}.`;
      const advice = like ? `Write for example ${like}.` : (hint.description ?? 'Correct this value.');
      return [wrong(path, happened, remedyOf(advice))];
    }
  }
}

/** The variant that fits best is the one whose complaints lie deepest; where none fits, all are named. */
function explainUnion(issue: z.core.$ZodIssueInvalidUnion, section: Explained): Mistake[] {
  const own = pathOf(issue);
  const nested = issue.errors.map(errors =>
    errors.map(each => ({ ...each, path: [...own, ...pathOf(each)] }) as Issue),
  );
  const fitting = nested.find(errors =>
    errors.every(each => each.path.length > own.length || !isTypeIssue(each)),
  );
  if (fitting && fitting.length > 0) return explain(fitting, section);
  const path = [...section.base, ...own];
  const value = valueAt(section.raw, own);
  const wanted = nested.flat().flatMap(each => (each.code === 'invalid_type' ? [each.expected] : []));
  if (wanted.includes('string') && isScalar(value)) return [noText(path, own, value, section)];
  const names = [...new Set(wanted.map(type => expectations[type] ?? type))];
  const like = example(own, hintAt(section.schema, own).example);
  const must = names.length > 0 ? `must be ${names.join(' or ')}` : 'fits none of the forms allowed here';
  return [
    wrong(
      path,
      `${pathText(path)} ${must}, but is ${section.show(path, value)}.`,
      `Write ${like ?? names.join(' or ')}.`,
    ),
  ];
}

const isTypeIssue = (issue: Issue): boolean =>
  issue.code === 'invalid_type' || issue.code === 'invalid_value';

/** YAML takes `007` for a number and `{queue}` for a block: the remedy for both is a pair of quotes. */
function noText(path: ConfigPath, own: ConfigPath, value: unknown, section: Explained): Mistake {
  const found = section.show(path, value);
  const hole = isBlock(value) ? Object.entries(value) : [];
  const written =
    hole.length === 1 && hole[0]![1] === null
      ? `{${hole[0]![0]}}`
      : isScalar(value) && found !== hidden
        ? section.source(path)
        : undefined;
  const like = example(own, hintAt(section.schema, own).example);
  const quotes = written ? `Put quotes around it: "${written}".` : 'Put quotes around it.';
  const remedy = isScalar(value) || written ? quotes : `Write ${like ?? 'a text'}.`;
  return wrong(path, `${pathText(path)} must be text, but is ${found}.`, remedy);
}

function customRemedy(issue: Issue): string | undefined {
  const remedy = issue.code === 'custom' ? issue.params?.remedy : undefined;
  return typeof remedy === 'string' ? remedy : undefined;
}

const isScalar = (value: unknown): boolean => typeof value === 'number' || typeof value === 'boolean';
