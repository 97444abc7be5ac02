/** Runs `work` when everybody has ended who came before with the same name. */
export type InTurn = <Out>(name: string, work: () => Promise<Out>) => Promise<Out>;

/** Each name has a line of its own; whoever fails in it keeps nobody back. */
export function turns(): InTurn {
  const lines = new Map<string, Promise<unknown>>();
  return (name, work) => {
    const ended = (lines.get(name) ?? Promise.resolve()).then(work);
    lines.set(
      name,
      ended.catch(() => {}),
    );
    return ended;
  };
}
