import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { exitCode } from '../src/cli/exit-code.ts';
import { errorCodes } from '../src/errors.ts';
import type { Contract } from '../src/model/contract.ts';
import { guardCodes } from '../src/model/plan.ts';
import {
  allPages,
  anchorOf,
  below,
  type Fence,
  headingsOf,
  isThere,
  linksOf,
  type Page,
  type Part,
  partsOf,
  prose,
  readPage,
  repository,
  targetOf,
} from './support/doc-pages.ts';
import { type DocSession, exchangesOf, openSession, sameText } from './support/doc-session.ts';

const run = promisify(execFile);
const pages = allPages();
const names = pages.map(page => page.name);

describe('the pages', () => {
  it.each(names)('%s has no relative link that leads nowhere', name => {
    const page = readPage(name);
    const broken = linksOf(page).filter(link => {
      const target = targetOf(page, link);
      if (!target) return false;
      if (!isThere(target.file)) return true;
      if (target.anchor === '' || !target.file.endsWith('.md')) return false;
      return !headingsOf(readPage(target.file)).some(heading => anchorOf(heading.title) === target.anchor);
    });
    expect(broken).toEqual([]);
  });

  it('can all be reached from docs/README.md', () => {
    const seen = new Set(['docs/README.md']);
    for (const name of seen) {
      const page = readPage(name);
      for (const link of linksOf(page)) {
        const file = targetOf(page, link)?.file;
        if (file?.endsWith('.md') && isThere(file)) seen.add(file);
      }
    }
    expect(names.filter(name => !seen.has(name))).toEqual([]);
  });

  it.each(names)('%s names no file of ours that is not there', name => {
    const named = prose(readPage(name)).matchAll(/`((?:src|test|examples|docs|bench)\/[\w./-]+)`/gu);
    // "acme" is the kind that the guides make up.
    const ours = [...named].map(match => match[1]!).filter(file => !file.includes('acme'));
    expect(ours.filter(file => !isThere(file))).toEqual([]);
  });

  it('name tests by titles that the tests have', async () => {
    const missing: string[] = [];
    for (const page of pages) {
      for (const [, file, title] of prose(page).matchAll(/`(test\/[\w./-]+\.ts)`:\s+“([^”]+)”/gu)) {
        const told = title!.replace(/\s+/gu, ' ');
        if (!(await readFile(join(repository, file!), 'utf8')).includes(told))
          missing.push(`${page.name}: ${file} ${told}`);
      }
    }
    expect(missing).toEqual([]);
  });
});

it('docs/guards.md names every guard', () => {
  const named = [...readPage('docs/guards.md').text.matchAll(/^\| `(guard\.[a-z-]+)`/gmu)];
  expect(named.map(match => match[1])).toEqual([...guardCodes]);
});

/** Literals of a union of strings, from the source: types are gone at run time. */
async function literalsIn(file: string, from: RegExp, to: RegExp): Promise<string[]> {
  const text = await readFile(join(repository, file), 'utf8');
  const start = text.search(from);
  const rest = text.slice(start);
  const part = rest.slice(0, rest.search(to));
  return [...part.matchAll(/'([a-z.-]+)'/gu)].map(match => match[1]!);
}

describe('docs/errors.md', () => {
  const page = readPage('docs/errors.md');
  const codes = headingsOf(page).filter(heading => heading.level === 3);

  it('has one entry for each code of src/errors.ts and each guard, and no other', () => {
    expect(codes.map(heading => heading.title).toSorted()).toEqual([...errorCodes, ...guardCodes].toSorted());
  });

  it.each(codes.map(heading => heading.title))(
    'says of %s what it means, why it comes and what to do',
    code => {
      const text = below(page, code);
      const said = ['**Means.**', '**Causes.**', '**Do.**'].filter(word => text.includes(word));
      expect(said).toHaveLength(3);
    },
  );

  it('explains every note', async () => {
    const notes = await literalsIn('src/model/note.ts', /type NoteCode/u, /;/u);
    const told = [...below(page, 'Notes').matchAll(/^\| `([^`]+)`/gmu)].map(match => match[1]!);
    expect(told.toSorted()).toEqual(notes.toSorted());
  });
});

describe('docs/commands.md', () => {
  const page = readPage('docs/commands.md');

  const help = async (...args: string[]) => {
    const main = join(repository, 'src/cli/main.ts');
    return (await run(process.execPath, [main, ...args, '--help'], { timeout: 20_000 })).stdout;
  };
  const flagsIn = (text: string) => [...text.matchAll(/^\| `(-[^`]+)`/gmu)].map(match => match[1]!);
  /** The options of a section, with those of the sections that it points at. */
  const told = (title: string): string[] => {
    const text = below(page, title);
    const shared = ['Common options', 'Limit options', 'Report options'].filter(each =>
      text.includes(`(#${anchorOf(each)})`),
    );
    return [...flagsIn(text), ...shared.flatMap(each => flagsIn(below(page, each)))];
  };

  it('has a section for each command', async () => {
    const listed = (await help()).split('Commands:')[1]!;
    const commands = [...listed.matchAll(/^ {2}([a-z]+) /gmu)].map(match => match[1]!);
    const sections = headingsOf(page).flatMap(({ title }) => /^muster (\w+)$/u.exec(title)?.[1] ?? []);
    expect(sections.toSorted()).toEqual(commands.filter(name => name !== 'help').toSorted());
  });

  it.each(headingsOf(page).flatMap(({ title }) => /^muster (\w+)$/u.exec(title)?.[1] ?? []))(
    'tells the options of %s as its help does',
    async command => {
      const flags = [...(await help(command)).matchAll(/^ {2}(-\S.*?)(?: {2,}.*)?$/gmu)].map(
        match => match[1]!,
      );
      expect(told(`muster ${command}`).toSorted()).toEqual(
        flags.filter(flag => !flag.startsWith('-h,')).toSorted(),
      );
    },
  );

  it('tells every exit code', () => {
    const rows = [...below(page, 'Exit codes').matchAll(/^\| (\d) \|/gmu)].map(match => Number(match[1]));
    expect(rows).toEqual(Object.values(exitCode));
  });
});

/** `UPDATE_DOCS=1 npx vitest run test/docs.test.ts` writes what the program says now into the pages. */
const updates = process.env.UPDATE_DOCS === '1';

describe('what the pages show', () => {
  const shown = pages.filter(page =>
    partsOf(page).some(part => part.kind === 'fence' && part.info.endsWith(' run')),
  );

  it.each(shown.map(page => page.name))(
    'is in %s what the program really says',
    async name => {
      const player = new Player(readPage(name));
      try {
        for (const part of partsOf(player.page)) await player.play(part);
        if (updates) await writeFile(join(repository, name), player.updated);
      } finally {
        await player.close();
      }
      expect(player.wrong).toEqual([]);
    },
    180_000,
  );

  it('compiles, as far as it is TypeScript', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'muster-snippets-'));
    try {
      const snippets = shown.flatMap(page =>
        partsOf(page).flatMap(part => (part.kind === 'fence' && part.info === 'ts run' ? [part.body] : [])),
      );
      expect(snippets.length).toBeGreaterThan(0);
      for (const [at, body] of snippets.entries())
        await writeFile(join(dir, `snippet-${at}.ts`), asModule(body));
      const config = {
        extends: join(repository, 'tsconfig.json'),
        compilerOptions: {
          typeRoots: [join(repository, 'node_modules/@types')],
          noUnusedLocals: false,
          rewriteRelativeImportExtensions: false,
        },
        include: ['snippet-*.ts'],
      };
      await writeFile(join(dir, 'tsconfig.json'), JSON.stringify(config));
      await writeFile(join(dir, 'package.json'), '{ "type": "module" }');
      const tsc = join(repository, 'node_modules/typescript/bin/tsc');
      const { stdout } = await run(process.execPath, [tsc, '-p', dir], { timeout: 60_000 }).catch(
        error => error,
      );
      // Only the snippets are judged here; the sources have a check of their own.
      expect(stdout.split('\n').filter((line: string) => /^(?:.*\/)?snippet-/u.test(line))).toEqual([]);
    } finally {
      await rm(dir, { recursive: true, force: true });
    }
  }, 90_000);
});

/** The package by its own name, as a program that has installed it would say. */
const asModule = (body: string): string =>
  body
    .replaceAll("'muster-cx/emulator'", `'${join(repository, 'src/emulator/emulate.ts')}'`)
    .replaceAll("'muster-cx'", `'${join(repository, 'src/index.ts')}'`);

/** Plays a page from its top, and gathers where it says something else than the program. */
class Player {
  readonly page: Page;
  readonly wrong: { readonly command: string; readonly told: string; readonly real: string }[] = [];
  readonly #edits: { readonly at: number; readonly body: string; readonly next: string }[] = [];
  #session: DocSession | undefined;
  #contract: Contract = 'platform';
  #printed = '';
  #snippets = 0;

  constructor(page: Page) {
    this.page = page;
  }

  /** The page with what the program says now in the place of what it said. */
  get updated(): string {
    return this.#edits.toReversed().reduce((text, { at, body, next }) => {
      return text.slice(0, at) + next + text.slice(at + body.length);
    }, this.page.text);
  }

  async play(part: Part): Promise<void> {
    if (part.kind === 'order') await this.#obey(part.verb, part.rest);
    else if (part.info === 'console run') await this.#playConsole(part);
    else if (part.info === 'ts run') await this.#playSnippet(part.body);
    else if (part.info === 'text output') {
      const said = this.#judge('the snippet before', part.body.trimEnd(), this.#printed);
      this.#edits.push({ at: part.at, body: part.body, next: `${said}\n` });
    }
  }

  async close(): Promise<void> {
    await this.#session?.close();
    this.#session = undefined;
  }

  async #obey(verb: string, rest: string): Promise<void> {
    if (verb === 'world') {
      await this.close();
      this.#contract = rest as Contract;
    } else {
      await (await this.#open()).run(`set -e; ${rest}`);
    }
  }

  async #playConsole({ at, body }: Fence): Promise<void> {
    const session = await this.#open();
    let next = '';
    for (const { command, told } of exchangesOf(body)) {
      const said = this.#judge(command, told, await session.run(command));
      next += said === '' ? `$ ${command}\n` : `$ ${command}\n${said}\n`;
    }
    this.#edits.push({ at, body, next });
  }

  /** Runs the snippet where the page's commands run; what it prints is for the `text output` block behind it. */
  async #playSnippet(body: string): Promise<void> {
    const session = await this.#open();
    const file = `snippet-${++this.#snippets}.ts`;
    await writeFile(join(session.dir, file), asModule(body));
    this.#printed = await session.run(`"$NODE" ${file} || echo "exit $?"`);
    if (/^exit [1-9]/mu.test(this.#printed))
      this.wrong.push({ command: file, told: body, real: this.#printed });
  }

  async #open(): Promise<DocSession> {
    this.#session ??= await openSession(this.#contract);
    return this.#session;
  }

  /** What the page should say: what it says, or, on request, what the program said. A part left out cannot be filled. */
  #judge(command: string, told: string, real: string): string {
    if (sameText(told, real)) return told;
    if (updates && !told.split('\n').includes('…')) return real;
    this.wrong.push({ command, told, real });
    return told;
  }
}
