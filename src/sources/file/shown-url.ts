/** A URL as people may see it: without its query, which often holds a signature or a key. */
export function shownUrl(url: string): string {
  const { origin, pathname } = new URL(url);
  return `${origin}${pathname}`;
}
