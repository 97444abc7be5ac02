/** Text as HTML, in an element or between double quotes. */
export const htmlText = (text: string): string => text.replace(/[&<>"']/gu, char => entities[char]!);

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
