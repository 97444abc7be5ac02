import type { Route } from './routes.ts';

export interface Match {
  readonly route: Route;
  readonly params: Readonly<Record<string, string>>;
}

/**
 * Finds the route of a request. SCIM segments match in any case, because identity providers send `/Groups`
 * (API reference §2.1); all others match as they are. A literal segment wins over a placeholder by standing first.
 */
export function router(routes: readonly Route[]): (method: string, path: string) => Match | undefined {
  const byLength = new Map<number, { route: Route; segments: readonly string[] }[]>();
  for (const route of routes) {
    const segments = route[1].split('/');
    const list = byLength.get(segments.length) ?? [];
    list.push({ route, segments });
    byLength.set(segments.length, list);
  }
  return (method, path) => {
    const segments = path.replace(/\/+$/u, '').split('/');
    const folds = segments[3]?.toLowerCase() === 'scim';
    for (const entry of byLength.get(segments.length) ?? []) {
      if (entry.route[0] !== method) continue;
      const params = paramsOf(entry.segments, segments, folds);
      if (params) return { route: entry.route, params };
    }
    return undefined;
  };
}

function paramsOf(template: readonly string[], segments: readonly string[], folds: boolean) {
  const params: Record<string, string> = {};
  for (const [index, expected] of template.entries()) {
    const segment = segments[index]!;
    if (expected.startsWith('{')) {
      if (segment === '') return undefined;
      params[expected.slice(1, -1)] = decode(segment);
    } else if (segment !== expected && !(folds && segment.toLowerCase() === expected)) {
      return undefined;
    }
  }
  return params;
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
