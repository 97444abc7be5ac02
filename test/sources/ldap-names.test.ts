import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isUnder, namingValue, normalDn, withoutUid } from '../../src/sources/entries/dn.ts';
import { guidBytes, guidText, sidBytes, sidOf, sidText } from '../../src/sources/entries/windows-ids.ts';
import { dnValue } from '../support/slapd.ts';

describe('the normal form of a distinguished name', () => {
  const same: readonly [string, string][] = [
    ['cn=Amy,dc=x', 'CN = amy , DC = X'],
    ['cn=Amy Wong+sn=Kroker,dc=x', 'sn=kroker + cn=AMY  WONG,dc=x'],
    ['cn=Müller\\, Eva,dc=x', 'cn=M\\C3\\BCller\\2c eva,dc=x'],
    ['cn=Müller\\, Eva,dc=x', 'cn="Müller, Eva";dc=x'],
    ['cn=a\\+b\\=c,dc=x', 'cn=a\\2bb\\3dc,dc=x'],
    ['cn=\\#1 \\<x\\>,dc=x', 'cn=\\231 \\3cx\\3e,dc=x'],
    ['cn=Hi,dc=x', 'cn=#04024869,dc=x'],
    ['cn=Hi,dc=x', '2.5.4.3=Hi,0.9.2342.19200300.100.1.25=x'],
    ['cn=Hi,dc=x', 'OID.2.5.4.3=Hi,dc=x'],
    ['cn=caf\u00e9,dc=x', 'cn=cafe\u0301,dc=x'],
    ['cn=back\\\\slash,dc=x', 'cn=back\\5cslash,dc=x'],
    ['cn=two \\"quotes\\",dc=x', 'cn="two \\"quotes\\"",dc=x'],
  ];
  it.each(same)('%s is %s', (one, other) => {
    expect(normalDn(one)).toBeDefined();
    expect(normalDn(one)).toBe(normalDn(other));
  });

  const different: readonly [string, string][] = [
    ['cn=a,dc=x', 'cn=a,dc=y'],
    ['cn=a,dc=x', 'dc=x,cn=a'],
    ['cn=a\\,dc\\=x', 'cn=a,dc=x'],
    ['cn=a\\+sn\\=b,dc=x', 'cn=a+sn=b,dc=x'],
    ['cn=#04024869,dc=x', 'cn=\\#04024869,dc=x'],
    ['cn=ab,dc=x', 'cn=a b,dc=x'],
  ];
  it.each(different)('%s is not %s', (one, other) => {
    expect(normalDn(one)).not.toBe(normalDn(other));
  });

  it.each(['amy', 'cn', 'cn=a,', 'cn=a,b', '=a', 'cn=a\\', 'cn="a', 'cn="a"b,dc=x', 'cn=#0,dc=x', 'c n=a'])(
    '%s is none',
    text => {
      expect(normalDn(text)).toBeUndefined();
    },
  );

  it('of an empty name is empty', () => {
    expect(normalDn('')).toBe('');
  });

  it('is the same where a letter is written as its escape, in names of plain ASCII as in all others', () => {
    const value = fc.string({ unit: 'grapheme-ascii', minLength: 1 });
    const hex = (text: string) => `\\${text.charCodeAt(0).toString(16).padStart(2, '0')}`;
    fc.assert(
      fc.property(value, value, fc.nat(), (one, other, at) => {
        const index = at % one.length;
        const escaped = [dnValue(one.slice(0, index)), hex(one[index]!), dnValue(one.slice(index + 1))].join(
          '',
        );
        // A blank at either end that is no escape is none of the value.
        fc.pre(
          !/^ | $/u.test(one) && !/^ | $|^#/u.test(one.slice(index + 1)) && !/ $/u.test(one.slice(0, index)),
        );
        const whole = (text: string) => normalDn(`cn=${text},ou=${dnValue(other)},dc=Example,dc=org`);
        expect(whole(escaped)).toBe(whole(dnValue(one)));
      }),
    );
  });

  it('keeps apart what differs by more than case and spaces, however it is escaped', () => {
    const fold = (text: string) => text.normalize('NFKC').toLowerCase().replace(/\s+/gu, ' ').trim();
    const value = fc.string({ unit: 'grapheme', minLength: 1 }).filter(text => !text.includes('\0'));
    fc.assert(
      fc.property(value, value, (one, other) => {
        const [a, b] = [one, other].map(text => normalDn(`cn=${dnValue(text)},dc=x`));
        expect(a).toBeDefined();
        expect(a === b).toBe(fold(one) === fold(other));
      }),
    );
  });

  it('is the same for any way of escaping a value', () => {
    const value = fc.string({ unit: 'grapheme', minLength: 1 }).filter(text => text.trim() === text);
    fc.assert(
      fc.property(value, text => {
        const hex = [...Buffer.from(text)].map(byte => `\\${byte.toString(16).padStart(2, '0')}`).join('');
        expect(normalDn(`CN=${hex},DC=X`)).toBe(normalDn(`cn=${dnValue(text)},dc=x`));
      }),
    );
  });

  it('tells what is below a base, escaped commas aside', () => {
    const under = (dn: string, base: string) => isUnder(normalDn(dn)!, normalDn(base)!);
    expect(under('cn=a,OU=People,dc=x', 'ou=people, dc=X')).toBe(true);
    expect(under('ou=people,dc=x', 'ou=people,dc=x')).toBe(true);
    expect(under('cn=a\\,dc=x', 'dc=x')).toBe(false);
    expect(under('cn=a,dc=xx', 'dc=x')).toBe(false);
    expect(under('dc=x', 'ou=people,dc=x')).toBe(false);
  });

  it('gives the value that names an entry', () => {
    expect(namingValue('sn=Kroker+CN=Amy Wong,dc=x', 'cn')).toBe('Amy Wong');
    expect(namingValue('uid=amy,dc=x', 'cn')).toBeUndefined();
  });

  it('drops the bit string of a unique member', () => {
    expect(withoutUid("cn=a,dc=x#'0101'B")).toBe('cn=a,dc=x');
    expect(withoutUid('cn=a#b,dc=x')).toBe('cn=a#b,dc=x');
  });
});

describe('the ids of Active Directory', () => {
  it('a GUID has its first three fields in little-endian', () => {
    const bytes = Buffer.from('33221100554477668899aabbccddeeff', 'hex');
    expect(guidText(bytes)).toBe('00112233-4455-6677-8899-aabbccddeeff');
    expect(guidText(bytes.subarray(1))).toBeUndefined();
  });

  it('a GUID comes back from its text', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 16, maxLength: 16 }), array => {
        const bytes = Buffer.from(array);
        expect(guidBytes(guidText(bytes)!)).toEqual(bytes);
      }),
    );
    expect(guidBytes('tier1')).toBeUndefined();
  });

  it('a security id has a domain and a number; a built-in one has none', () => {
    const domainUsers = Buffer.from('0105000000000005150000000102030405060708090a0b0c01020000', 'hex');
    expect(sidOf(domainUsers)).toMatchObject({ rid: 513 });
    expect(sidOf(Buffer.from('01020000000000052000000020020000', 'hex'))).toBeUndefined();
    expect(sidOf(undefined)).toBeUndefined();
  });

  it('a security id is written as Windows writes it, and comes back from its text', () => {
    const domainUsers = Buffer.from('0105000000000005150000000102030405060708090a0b0c01020000', 'hex');
    expect(sidText(domainUsers)).toBe('S-1-5-21-67305985-134678021-202050057-513');
    expect(sidText(Buffer.from('01020000000000052000000020020000', 'hex'))).toBe('S-1-5-32-544');
    expect(sidText(domainUsers.subarray(0, 27))).toBeUndefined();
    expect(sidText(Buffer.alloc(0))).toBeUndefined();
    fc.assert(
      fc.property(fc.array(fc.nat(0xffffffff), { minLength: 1, maxLength: 15 }), parts => {
        const text = ['S-1-5', ...parts].join('-');
        expect(sidText(sidBytes(text)!)).toBe(text);
      }),
    );
    for (const text of ['tier1', 'S-1-5', 'S-1-5-4294967296', 'S-2-5-32'])
      expect(sidBytes(text), text).toBeUndefined();
  });
});
