import { expect, it } from 'vitest';
import { dnReader, normalDn } from '../../src/sources/entries/dn.ts';

it('reads a name as it is read alone, the first time and every time', () => {
  const names = [
    'UID=Ana,DC=x',
    'uid=ana,dc=x',
    'cn=Amy  Wong, dc=x',
    'no name',
    '',
    'no name',
    'UID=Ana,DC=x',
  ];
  const read = dnReader();
  expect(names.map(read)).toEqual(names.map(normalDn));
});
