import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const src = fileURLToPath(new URL('../src', import.meta.url));

/**
 * The layers, highest first. An import goes down or stays in its folder. What is listed by itself is a file at the
 * root of `src/`.
 */
const layers: readonly (readonly string[])[] = [
  ['cli'],
  ['service', 'index'],
  ['run', 'store'],
  ['apply', 'config'],
  ['assignment', 'emulator'],
  ['sources', 'genesys'],
  ['desired', 'plan', 'report', 'scim', 'http'],
  ['model', 'errors', 'clock', 'log'],
];

/** Stricter than the layers: these see nothing but what is named here. */
const onlySees: Readonly<Record<string, readonly string[]>> = {
  desired: ['model'],
  plan: ['model'],
  report: ['model'],
  model: ['model'],
  emulator: ['scim', 'model', 'errors', 'clock', 'log'],
  sources: ['model', 'http', 'scim', 'errors', 'clock', 'log'],
};

/** A run writes to the store. */
const sameLayer = new Set(['run → store']);

const files = readdirSync(src, { recursive: true, encoding: 'utf8' })
  .filter(name => name.endsWith('.ts'))
  .map(name => join(src, name));

const placeOf = (file: string): string => relative(src, file).split('/')[0]!.replace(/\.ts$/u, '');
const levelOf = (place: string): number => layers.findIndex(layer => layer.includes(place));

interface Import {
  readonly file: string;
  readonly line: number;
  readonly text: string;
  readonly from: string;
  readonly to: string;
  readonly target: string;
}

function importsOf(file: string): Import[] {
  const found: Import[] = [];
  const text = readFileSync(file, 'utf8');
  for (const match of text.matchAll(/(?:^|\s)(?:from|import)\s*\(?\s*'(\.[^']+)'/gu)) {
    const target = resolve(dirname(file), match[1]!);
    if (!target.startsWith(src)) continue;
    const line = text.slice(0, match.index).split('\n').length;
    found.push({ file, line, text: match[0].trim(), from: placeOf(file), to: placeOf(target), target });
  }
  return found;
}

/** Without comments: they may speak of anything. */
const codeOf = (file: string): string =>
  readFileSync(file, 'utf8').replaceAll(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gmu, '');

/** Ways that lead back to where they began, each once. */
function circlesIn(ways: readonly (readonly [string, string])[]): string[] {
  const targets = Map.groupBy(ways, ([from]) => from);
  const done = new Set<string>();
  const circleFrom = (place: string, way: readonly string[]): readonly string[] | undefined => {
    if (way.includes(place)) return [...way.slice(way.indexOf(place)), place];
    if (done.has(place)) return undefined;
    done.add(place);
    for (const [, target] of targets.get(place) ?? []) {
      const circle = circleFrom(target, [...way, place]);
      if (circle) return circle;
    }
    return undefined;
  };
  return [...targets.keys()].flatMap(place => circleFrom(place, [])?.join(' → ') ?? []);
}

const imports = files.flatMap(importsOf);
const told = (each: Import) => `${relative(src, each.file)}:${each.line}  ${each.text}`;

describe('the layout', () => {
  it('has a layer for every folder and file at the root', () => {
    expect([...new Set(files.map(placeOf))].filter(place => levelOf(place) < 0)).toEqual([]);
  });

  it('has no circle of imports', () => {
    expect(
      circlesIn(imports.map(({ file, target }) => [relative(src, file), relative(src, target)])),
    ).toEqual([]);
  });

  it('has no circle of the folders in a folder', () => {
    const folders = imports
      .filter(({ from, to }) => from === to)
      .map(({ file, target }) => [relative(src, dirname(file)), relative(src, dirname(target))] as const);
    // What lies above may both look into a folder and be looked up to from it.
    const apart = folders.filter(
      ([one, other]) =>
        one !== other && !`${one}/`.startsWith(`${other}/`) && !`${other}/`.startsWith(`${one}/`),
    );
    expect(circlesIn(apart)).toEqual([]);
  });

  it('imports run downwards only', () => {
    const upwards = imports.filter(({ from, to }) => {
      if (from === to || sameLayer.has(`${from} → ${to}`)) return false;
      return levelOf(to) <= levelOf(from);
    });
    expect(upwards.map(told)).toEqual([]);
  });

  it('the pure stages see the model alone, and the emulator nothing of the client', () => {
    const seen = imports.filter(
      ({ from, to }) => onlySees[from] && from !== to && !onlySees[from].includes(to),
    );
    expect(seen.map(told)).toEqual([]);
  });

  it('no source knows another source', () => {
    const folderOf = (file: string) => relative(join(src, 'sources'), file).split('/')[0]!;
    // A folder with a kind in it is a source; one without (`entries/`) is what several of them share.
    const isSource = (folder: string) => existsSync(join(src, 'sources', folder, `${folder}.ts`));
    const crossing = imports.filter(
      ({ file, from, to, target }) =>
        from === 'sources' &&
        to === 'sources' &&
        folderOf(file) !== 'registry.ts' &&
        isSource(folderOf(target)) &&
        folderOf(file) !== folderOf(target),
    );
    expect(crossing.map(told)).toEqual([]);
  });

  it('only genesys/ and the emulator know the API’s URLs, and only cli/ ends the process', () => {
    // plan/finish/price.ts names routes as keys of a price list; it sends nothing.
    const allowed = /^(?:genesys|emulator)\/|^plan\/finish\/price\.ts$/u;
    const urls = files.filter(
      file => !allowed.test(relative(src, file)) && /\/api\/v2\//u.test(codeOf(file)),
    );
    const exits = files.filter(
      file => placeOf(file) !== 'cli' && /process\.(?:exit|exitCode)/u.test(codeOf(file)),
    );
    expect([...urls, ...exits].map(file => relative(src, file))).toEqual([]);
  });

  it('no network, clock or chance in the pure stages', () => {
    const impure = /\b(?:Date\.now|new Date\(\)|Math\.random|fetch\(|setTimeout|process\.)/u;
    const offending = files.filter(
      file => ['desired', 'plan', 'report', 'model'].includes(placeOf(file)) && impure.test(codeOf(file)),
    );
    expect(offending.map(file => relative(src, file))).toEqual([]);
  });

  it('has no drawer for odds and ends, and no file over 400 lines', () => {
    const drawers = files.filter(file => /\/(?:types|utils|common|helpers|lib)\.ts$/u.test(file));
    const long = files.filter(file => readFileSync(file, 'utf8').split('\n').length > 401);
    expect([...drawers, ...long].map(file => relative(src, file))).toEqual([]);
  });
});
