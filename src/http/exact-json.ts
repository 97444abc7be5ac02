/** What a JavaScript number holds for certain has fifteen digits. */
const manyDigits = /\d(?:\.?\d){15}/u;

/** ES2026, in Node since 21; the compiler's library does not know it yet. */
const { parse, rawJSON } = JSON as unknown as {
  parse(
    text: string,
    reviver: (key: string, value: unknown, context: { source?: string }) => unknown,
  ): unknown;
  rawJSON(text: string): unknown;
};

/**
 * JSON whose numbers go back as they came: one that JavaScript would round is kept as its text (`JSON.rawJSON`), which
 * `JSON.stringify` writes as it is. For what is read to be written again, and holds fields that are none of our business.
 */
export function parseExactly(text: string): unknown {
  if (!manyDigits.test(text)) return JSON.parse(text);
  return parse(text, (_, value, { source = '' }) =>
    typeof value === 'number' && manyDigits.test(source) && String(value) !== source
      ? rawJSON(source)
      : value,
  );
}
