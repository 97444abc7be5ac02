const quoted = String.raw`"(?:[^"\\]|\\.)*"`;
const parameter = String.raw`;\s*([^\s=;,]+)\s*(?:=\s*(${quoted}|[^\s";,]*))?`;
const linkPattern = new RegExp(String.raw`<([^<>]*)>\s*((?:${parameter}\s*)*)`, 'gu');
const parameterPattern = new RegExp(parameter, 'gu');

/**
 * The target of `rel="next"` in a `Link` header (RFC 8288), as it stands there: perhaps relative. Several headers of
 * that name come joined by commas, and commas occur inside targets and quoted texts as well.
 */
export function nextLink(header: string | undefined): string | undefined {
  for (const [, target, parameters] of (header ?? '').matchAll(linkPattern)) {
    for (const [, name, value = ''] of parameters!.matchAll(parameterPattern)) {
      if (name!.toLowerCase() !== 'rel') continue;
      const relations = value.replaceAll('"', '').toLowerCase().split(/\s+/u);
      if (relations.includes('next')) return target;
    }
  }
  return undefined;
}
