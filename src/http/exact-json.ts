/** ES2026, in Node since 21; the compiler's library does not know it yet. */
const { parse, rawJSON, isRawJSON } = JSON as unknown as {
  parse(
    text: string,
    reviver: (key: string, value: unknown, context: { source?: string }) => unknown,
  ): unknown;
  rawJSON(text: string): { readonly rawJSON: string };
  isRawJSON(value: unknown): value is { readonly rawJSON: string };
};

/** A text without one of these has no number that JavaScript would round. */
const longNumber = /\d(?:\.?\d){15}|\d[eE][-+]?\d{3}/u;

/**
 * JSON whose numbers go back as they came: one that JavaScript would round is kept as its text (`JSON.rawJSON`), which
 * `JSON.stringify` writes as it is. For what is read to be written again, and holds fields that are none of our business.
 */
export function parseExactly(text: string): unknown {
  if (!longNumber.test(text)) return JSON.parse(text);
  return parse(text, (_, value, { source = '' }) =>
    typeof value === 'number' && decimal(source) !== decimal(String(value)) ? rawJSON(source) : value,
  );
}

/** A number that is asked for, however exactly it was read. */
export const numberOf = (value: unknown): unknown => (isRawJSON(value) ? Number(value.rawJSON) : value);

/** One text for one number: its digits from the first to the last that is not zero, and where they stand. */
function decimal(text: string): string {
  const [, sign, whole = '', fraction = '', power = '0'] =
    /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([-+]?\d+))?$/u.exec(text) ?? [];
  const digits = `${whole}${fraction}`.replace(/^0+/u, '');
  const significant = digits.slice(0, digits.search(/[1-9]0*$/u) + 1);
  if (significant === '') return whole === '' ? text : '0';
  const zeros = digits.length - significant.length;
  return `${sign}${significant}e${BigInt(power) - BigInt(fraction.length) + BigInt(zeros)}`;
}
