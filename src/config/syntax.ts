import { type Alias, type Document, type Node, visit } from 'yaml';
import type { Mistake, Place } from './mistake.ts';

/**
 * What YAML itself finds wrong, in our words. The words of the parser are not passed on: some of them quote the text
 * that they stumbled over, and that may be a secret without quotes around it.
 */
export function syntaxMistakes(document: Document, placeAt: (offset: number) => Place): Mistake[] {
  const mistakes: Mistake[] = [];
  const lines = new Set<number>();
  const tell = (offset: number, happened: string, remedy: string) => {
    const place = placeAt(offset);
    // One slip makes the parser stumble over every word that follows it in the line.
    if (lines.has(place.line)) return;
    lines.add(place.line);
    mistakes.push({ code: 'config.invalid', path: [], at: 'value', place, happened, remedy });
  };
  for (const error of document.errors) {
    const [happened, remedy] = meanings[error.code] ?? unexpected;
    tell(error.pos[0], happened, remedy);
  }
  for (const warning of document.warnings) {
    tell(warning.pos[0], 'A text that begins with "!" is a tag to YAML and means nothing here.', quote);
  }
  if (mistakes.length > 0) return mistakes;
  visit(document, {
    Alias(_, alias, ancestors) {
      const [happened, remedy] = aliasMistake(document, alias, ancestors) ?? [];
      if (happened && remedy) tell(alias.range?.[0] ?? 0, happened, remedy);
    },
  });
  if (mistakes.length === 0 && !unfolds(document)) {
    tell(
      0,
      `The aliases of the file unfold to more than ${aliasesMax} parts.`,
      'Write the repeated parts out.',
    );
  }
  return mistakes;
}

/** Enough for a list of queues that every mapping repeats; aliases of aliases of aliases grow beyond all bounds. */
export const aliasesMax = 10_000;

function unfolds(document: Document): boolean {
  try {
    document.toJS({ maxAliasCount: aliasesMax });
    return true;
  } catch {
    return false;
  }
}

const quote = 'Put quotes around the text.';

const unexpected = [
  'YAML does not understand the file from here on.',
  'Look for a missing quote, colon, comma or bracket in this line or above; put quotes around a text that holds any of : # { } [ ] , & * ! | > % @.',
] as const;

const meanings: Readonly<Record<string, readonly [happened: string, remedy: string]>> = {
  BAD_INDENT: [
    'The indentation does not fit the lines around it.',
    'Indent the entries of one block equally, with spaces, and close every bracket.',
  ],
  BLOCK_AS_IMPLICIT_KEY: ['A second colon in one line.', quote],
  BLOCK_IN_FLOW: [
    'A block inside { } or [ ].',
    'Close the bracket first, or write everything inside it in brackets.',
  ],
  DUPLICATE_KEY: ['This key is written twice in one block.', 'Keep one of the two.'],
  MISSING_CHAR: ['A closing quote, bracket or colon is missing.', 'Add it.'],
  MULTIPLE_DOCS: ['The file holds more than one YAML document.', 'Keep one; a line "---" begins another.'],
  NON_STRING_KEY: ['This key is no text.', 'Put quotes around the key.'],
  TAB_AS_INDENT: ['A tab indents this line.', 'Indent with spaces.'],
};

function aliasMistake(
  document: Document,
  alias: Alias,
  ancestors: readonly unknown[],
): readonly [happened: string, remedy: string] | undefined {
  const target: Node | undefined = alias.resolve(document);
  if (!target) {
    return ['A text that begins with "*" is an alias to YAML, and its anchor is nowhere above.', quote];
  }
  return ancestors.includes(target) ? ['An alias inside its own anchor.', 'Write the part out.'] : undefined;
}
