import { xmlAttribute, xmlText } from './xml-text.ts';

export interface JunitCase {
  /** What the reader lists; with `classname` the identity of the case from run to run. */
  readonly name: string;
  readonly classname: string;
  readonly failure?: { readonly type: string; readonly message: string; readonly text: string };
  /** Why a case was set aside: yellow in most readers. */
  readonly skipped?: string;
  readonly out?: string;
}

export interface JunitSuite {
  readonly name: string;
  readonly cases: readonly JunitCase[];
  /** ISO 8601. */
  readonly at?: string;
  readonly out?: string;
}

/**
 * JUnit XML as CI readers want it (GitLab, Jenkins, Azure and GitHub's actions): every count as an attribute, and at most one
 * `failure` a case, because some readers take only the first.
 */
export function junitXml(name: string, suites: readonly JunitSuite[]): string {
  const all = suites.flatMap(suite => suite.cases);
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="${xmlAttribute(name)}" ${counts(all)}>`,
    ...suites.flatMap(suiteLines),
    '</testsuites>',
    '',
  ].join('\n');
}

/** The schema has no `skipped` for all suites together, only for one. */
const counts = (cases: readonly JunitCase[]): string =>
  `tests="${cases.length}" failures="${cases.filter(each => each.failure).length}" errors="0" time="0"`;

const skipped = (cases: readonly JunitCase[]): string =>
  `skipped="${cases.filter(each => each.skipped !== undefined).length}"`;

function suiteLines({ name, cases, at, out }: JunitSuite): string[] {
  // The schema of JUnit knows no time zone.
  const timestamp = at === undefined ? '' : ` timestamp="${xmlAttribute(at.slice(0, 19))}"`;
  return [
    `  <testsuite name="${xmlAttribute(name)}" ${counts(cases)} ${skipped(cases)}${timestamp}>`,
    ...cases.flatMap(caseLines),
    ...(out ? [`    <system-out>${xmlText(out)}</system-out>`] : []),
    '  </testsuite>',
  ];
}

function caseLines({ name, classname, failure, skipped, out }: JunitCase): string[] {
  const open = `    <testcase name="${xmlAttribute(name)}" classname="${xmlAttribute(classname)}" time="0"`;
  const inner = [
    ...(skipped === undefined ? [] : [`      <skipped message="${xmlAttribute(skipped)}"/>`]),
    ...(failure
      ? [
          `      <failure type="${xmlAttribute(failure.type)}" message="${xmlAttribute(failure.message)}">${xmlText(failure.text)}</failure>`,
        ]
      : []),
    ...(out ? [`      <system-out>${xmlText(out)}</system-out>`] : []),
  ];
  return inner.length === 0 ? [`${open}/>`] : [`${open}>`, ...inner, '    </testcase>'];
}
