/** Text as XML 1.0, in an element or between double quotes. What XML has no way to write is left out. */
export const xmlText = (text: string): string =>
  text
    .toWellFormed()
    .replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '')
    .replace(/[&<>"]/gu, char => entities[char]!);

/** As `xmlText`, where a line break must not become a space. */
export const xmlAttribute = (text: string): string =>
  xmlText(text).replace(/[\t\n\r]/gu, char => `&#${char.charCodeAt(0)};`);

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
