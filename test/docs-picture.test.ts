import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { readPage, repository } from './support/doc-pages.ts';
import { openSession } from './support/doc-session.ts';
import { parseMarkup } from './support/markup.ts';
import { pictureFile } from './support/picture-file.ts';

const file = join(repository, 'docs/images/picture-of-a-plan.svg');

/** `UPDATE_DOCS=1 npx vitest run test/docs-picture.test.ts` draws it anew. */
it('the picture of docs/reading-a-plan.md is the one of the plan that the page shows', async () => {
  const setup = /<!-- run: (.*?) -->/su.exec(readPage('docs/reading-a-plan.md').text)![1]!;
  const session = await openSession('platform');
  try {
    await session.run(`set -e; ${setup}`);
    await session.run('muster plan --report plan.json');
    const drawn = pictureFile(JSON.parse(await readFile(join(session.dir, 'plan.json'), 'utf8')));
    parseMarkup(drawn);
    if (process.env.UPDATE_DOCS === '1') {
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, drawn);
    }
    expect(existsSync(file)).toBe(true);
    expect(drawn).toBe(await readFile(file, 'utf8'));
  } finally {
    await session.close();
  }
}, 60_000);
