/** Rows by id, with secondary indexes: a listing of 100,000 users is a look-up, not a walk. */
export class Table<Row extends { readonly id: string; name: string }, Index extends string = never> {
  readonly #rows = new Map<string, Row>();
  readonly #keysOf: Readonly<Record<Index, (row: Row) => readonly (string | undefined)[]>>;
  readonly #indexes = new Map<Index, Map<string, Set<Row>>>();
  /** The keys under which a row was filed: rows change in place, so the old keys must be remembered. */
  readonly #filed = new Map<string, readonly (readonly [Index, string])[]>();
  #sorted: readonly Row[] | undefined;
  /** Selections of the sorted rows, by the function that selects: pages of one listing ask for the same one again. */
  #selections = new Map<(row: Row) => boolean, readonly Row[]>();

  constructor(keysOf: Readonly<Record<Index, (row: Row) => readonly (string | undefined)[]>>) {
    this.#keysOf = keysOf;
    for (const index of Object.keys(keysOf) as Index[]) this.#indexes.set(index, new Map());
  }

  get size(): number {
    return this.#rows.size;
  }

  get(id: string): Row | undefined {
    return this.#rows.get(id) ?? this.#rows.get(id.toLowerCase());
  }

  /** The rows whose key in `index` is `key`; keys are filed in lower case. */
  by(index: Index, key: string): Row[] {
    return [...(this.#indexes.get(index)!.get(key.toLowerCase()) ?? [])];
  }

  values(): Iterable<Row> {
    return this.#rows.values();
  }

  /** By name without case, then by id: the order of every listing. Do not change the array. */
  sorted(): readonly Row[] {
    this.#sorted ??= [...this.#rows.values()].sort(byNameThenId);
    return this.#sorted;
  }

  /** Those of `sorted` that `keep` keeps; remembered by `keep` itself, which must look at nothing but the row. */
  select(keep: (row: Row) => boolean): readonly Row[] {
    const known = this.#selections.get(keep);
    if (known) return known;
    const selected = this.sorted().filter(keep);
    this.#selections.set(keep, selected);
    return selected;
  }

  /** Adds the row, or files it anew after its keys have changed. */
  put(row: Row): Row {
    this.#unfile(row.id);
    this.#rows.set(row.id, row);
    const filed: (readonly [Index, string])[] = [];
    for (const [index, entries] of this.#indexes) {
      for (const key of this.#keysOf[index](row)) {
        if (key === undefined) continue;
        const folded = key.toLowerCase();
        const found = entries.get(folded);
        if (found) found.add(row);
        else entries.set(folded, new Set([row]));
        filed.push([index, folded]);
      }
    }
    this.#filed.set(row.id, filed);
    this.#forgetOrder();
    return row;
  }

  delete(id: string): void {
    this.#unfile(id);
    this.#rows.delete(id);
    this.#forgetOrder();
  }

  #forgetOrder(): void {
    this.#sorted = undefined;
    this.#selections.clear();
  }

  #unfile(id: string): void {
    const row = this.#rows.get(id);
    if (!row) return;
    for (const [index, key] of this.#filed.get(id) ?? []) {
      const found = this.#indexes.get(index)!.get(key);
      found?.delete(row);
      if (found?.size === 0) this.#indexes.get(index)!.delete(key);
    }
    this.#filed.delete(id);
  }
}

export function byNameThenId(a: { name: string; id: string }, b: { name: string; id: string }): number {
  const left = a.name.toLowerCase();
  const right = b.name.toLowerCase();
  if (left !== right) return left < right ? -1 : 1;
  return a.id < b.id ? -1 : a.id > b.id ? 1 : 0;
}
