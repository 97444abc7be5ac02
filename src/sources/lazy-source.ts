import type { SourceId } from '../model/keys.ts';
import type { Source } from './source.ts';

/**
 * A source whose code is loaded when it is first asked for something: a config that names one kind does not wait for
 * the clients of the other seven. What `load` makes has to open nothing before it is asked, or a source that never
 * was asked would behave otherwise than one that is closed.
 */
export function lazySource(id: SourceId, kind: string, load: () => Promise<Source>): Source {
  let loading: Promise<Source> | undefined;
  const source = () => (loading ??= load());
  return {
    id,
    kind,
    read: async (scope, signal, progress) => (await source()).read(scope, signal, progress),
    check: async signal => (await source()).check(signal),
    close: async () => (await loading)?.close?.(),
  };
}
