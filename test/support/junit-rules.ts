import { all, type Element, parseMarkup } from './markup.ts';

interface Rule {
  readonly required: readonly string[];
  readonly optional: readonly string[];
  readonly children: readonly string[];
}

/** The schema by which Jenkins reads JUnit reports (`junit-10.xsd` of its xUnit plugin), as far as we use it. */
const rules: Readonly<Record<string, Rule>> = {
  testsuites: {
    required: [],
    optional: ['name', 'time', 'tests', 'failures', 'errors'],
    children: ['testsuite'],
  },
  testsuite: {
    required: ['name', 'tests', 'failures', 'errors'],
    optional: ['time', 'skipped', 'timestamp', 'hostname', 'id', 'package', 'group', 'file', 'log', 'url'],
    children: ['testsuite', 'properties', 'testcase', 'system-out', 'system-err'],
  },
  testcase: {
    required: ['name'],
    optional: ['time', 'classname', 'group'],
    children: ['skipped', 'error', 'failure', 'system-out', 'system-err'],
  },
  failure: { required: [], optional: ['type', 'message'], children: [] },
  skipped: { required: [], optional: ['type', 'message'], children: [] },
  'system-out': { required: [], optional: [], children: [] },
};

const seconds = /^\d{1,3}(?:\.\d+)?$/u;

/** What is wrong with a report by these rules, and where its counts are not those of its cases; nothing where it is sound. */
export function junitProblems(xml: string): string[] {
  const root = parseMarkup(xml);
  const problems = root.name === 'testsuites' ? [] : [`the root is ${root.name}`];
  for (const element of [root, ...descendants(root)]) problems.push(...against(element));
  for (const suite of [root, ...all(root, 'testsuite')]) {
    const cases = all(suite, 'testcase');
    const having = (name: string) => cases.filter(each => all(each, name).length > 0).length;
    const counts = {
      tests: cases.length,
      failures: having('failure'),
      errors: 0,
      skipped: having('skipped'),
    };
    for (const [name, count] of Object.entries(counts)) {
      const said = suite.attributes[name];
      if (said !== undefined && said !== String(count))
        problems.push(`${name} says ${said}, and there are ${count}`);
    }
    const ids = cases.map(({ attributes }) => `${attributes.classname} ${attributes.name}`);
    if (new Set(ids).size !== ids.length) problems.push('two cases have one name');
  }
  return problems;
}

function against({ name, attributes, children }: Element): string[] {
  const rule = rules[name];
  if (!rule) return [`${name} is no element of the schema`];
  const known = [...rule.required, ...rule.optional];
  return [
    ...rule.required.filter(each => !(each in attributes)).map(each => `${name} has no ${each}`),
    ...Object.keys(attributes)
      .filter(each => !known.includes(each))
      .map(each => `${name} has ${each}`),
    ...children.filter(child => !rule.children.includes(child.name)).map(child => `${child.name} in ${name}`),
    ...(attributes.time === undefined || seconds.test(attributes.time) ? [] : [`time is ${attributes.time}`]),
  ];
}

const descendants = (element: Element): Element[] =>
  element.children.flatMap(child => [child, ...descendants(child)]);
