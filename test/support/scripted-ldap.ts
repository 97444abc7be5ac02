import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import {
  AndFilter,
  Attribute,
  BerReader,
  BerWriter,
  BindRequest,
  EqualityFilter,
  type Filter,
  NotFilter,
  OrFilter,
  PagedResultsControl,
  PresenceFilter,
  SearchRequest,
} from 'ldapts';

export type Row = Readonly<Record<string, Buffer | string | readonly (Buffer | string)[]>> & {
  readonly dn: string;
};

export interface ScriptedLdap {
  readonly url: string;
  readonly port: number;
  /** Every search that arrived: base, scope, filter and attributes. */
  readonly searches: readonly string[];
  close(): Promise<void>;
}

export interface LdapScript {
  readonly rootDse: Omit<Row, 'dn'>;
  readonly rows: readonly Row[];
  /** Result code and diagnostic message of every bind. */
  readonly bind?: { readonly code: number; readonly text: string };
  /** Most values of `member` at once; more come in ranges. */
  readonly maxValRange?: number;
  /** Sends an empty page with a cookie before every page, as Active Directory may. */
  readonly emptyPages?: boolean;
  /** Sends a search reference with every search below a base. */
  readonly referral?: string;
  /** Answers a search for a range with nothing, as if the entry had gone. */
  readonly dropRanges?: boolean;
  /** Never answers a search. */
  readonly silent?: boolean;
  /** Called when a search has arrived. */
  readonly heard?: () => void;
}

/**
 * The habits of Active Directory that no other server has: values in ranges, empty pages that are not the last one,
 * referrals. A small LDAP server over rows in memory; it knows the filters that are asked, and nothing else.
 */
export async function startScriptedLdap(script: LdapScript): Promise<ScriptedLdap> {
  const searches: string[] = [];
  const sockets = new Set<Socket>();
  const server = createServer(socket => {
    sockets.add(socket);
    socket.on('error', () => {});
    let buffer: Buffer = Buffer.alloc(0);
    socket.on('data', data => {
      buffer = Buffer.concat([buffer, data]);
      for (let end = frameEnd(buffer); end !== undefined; end = frameEnd(buffer)) {
        answer(new BerReader(buffer.subarray(0, end)), script, searches, socket);
        buffer = buffer.subarray(end);
      }
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `ldap://127.0.0.1:${port}`,
    port,
    searches,
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

/** Where the first message in `buffer` ends; undefined while it is not whole. */
function frameEnd(buffer: Buffer): number | undefined {
  const reader = new BerReader(buffer);
  if (reader.readSequence() === null || reader.remain < reader.length) return undefined;
  return reader.offset + reader.length;
}

function answer(reader: BerReader, script: LdapScript, searches: string[], socket: Socket): void {
  reader.readSequence();
  const id = reader.readInt()!;
  const operation = reader.readSequence();
  if (operation === 0x60) {
    const request = new BindRequest({ messageId: id });
    request.parse(reader, []);
    const { code, text } = script.bind ?? { code: 0, text: '' };
    socket.write(result(id, 0x61, code, text));
  } else if (operation === 0x63) {
    const request = new SearchRequest({ messageId: id, filter: new PresenceFilter() });
    request.parse(reader, []);
    searches.push(`${request.baseDN} ${request.scope} ${request.filter} ${request.attributes.join(' ')}`);
    script.heard?.();
    if (!script.silent) socket.write(search(id, request, script));
  } else {
    // Extended operations, StartTLS among them: protocolError.
    socket.write(result(id, 0x78, 2, 'not supported'));
  }
}

function search(id: number, request: SearchRequest, script: LdapScript): Buffer {
  if (request.baseDN === '')
    return Buffer.concat([entry(id, { dn: '', ...script.rootDse }, request, script), result(id, 0x65)]);
  const below = (row: Row) => fold(row.dn).endsWith(fold(request.baseDN));
  const inScope = script.rows.filter(row =>
    request.scope === 'base' ? fold(row.dn) === fold(request.baseDN) : below(row),
  );
  if (request.scope === 'base' && inScope.length === 0) return result(id, 0x65, 32, '');
  const found = inScope.filter(row => matches(request.filter, row));
  const paging = request.controls?.find(control => control instanceof PagedResultsControl);
  // A cookie says how many rows went before, and whether the empty page has been sent.
  const [at = 0, rested = 0] = (paging?.value?.cookie?.toString() || '0').split(',').map(Number);
  const rest = script.emptyPages && paging && rested === 0;
  const size = paging?.value?.size ?? found.length;
  const page = rest ? [] : found.slice(at, at + size);
  const next = at + page.length;
  const cookie = rest ? `${at},1` : next < found.length ? `${next},0` : '';
  const control = paging && new PagedResultsControl({ value: { size: 0, cookie: Buffer.from(cookie) } });
  return Buffer.concat([
    ...page.map(row => entry(id, row, request, script)),
    ...(script.referral && request.scope === 'sub' ? [reference(id, script.referral)] : []),
    result(id, 0x65, 0, '', control),
  ]);
}

/** As far as these tests write one name in two ways. */
const fold = (dn: string): string => dn.toLowerCase().replace(/,\s+/gu, ',');

function matches(filter: Filter, row: Row): boolean {
  if (filter instanceof AndFilter) return filter.filters.every(part => matches(part, row));
  if (filter instanceof OrFilter) return filter.filters.some(part => matches(part, row));
  if (filter instanceof NotFilter) return !matches(filter.filter, row);
  if (filter instanceof PresenceFilter) return true;
  if (!(filter instanceof EqualityFilter)) return false;
  const wanted = filter.value.toString().toLowerCase();
  const name = filter.attribute.toLowerCase() === 'distinguishedname' ? 'dn' : filter.attribute;
  return valuesOf(row, name).some(value => value.toString().toLowerCase() === wanted);
}

function valuesOf(row: Row, name: string): readonly (Buffer | string)[] {
  const found = Object.entries(row).find(([attribute]) => attribute.toLowerCase() === name.toLowerCase());
  if (!found) return [];
  return typeof found[1] === 'string' || Buffer.isBuffer(found[1]) ? [found[1]] : found[1];
}

function entry(id: number, row: Row, request: SearchRequest, script: LdapScript): Buffer {
  const { dn, ...rest } = row;
  const asked = request.attributes;
  const attributes: Attribute[] = [];
  const put = (type: string, values: readonly (Buffer | string)[]) =>
    attributes.push(new Attribute({ type, values: values.map(value => Buffer.from(value as string)) }));
  for (const name of Object.keys(rest)) {
    const values = valuesOf(row, name);
    const range = asked
      .map(each => /^(.+);range=(\d+)-\*$/u.exec(each))
      .find(each => each?.[1] === name.toLowerCase());
    const all = asked.includes('*') || asked.includes(name.toLowerCase());
    if (!range && !all) continue;
    const from = Number(range?.[2] ?? 0);
    const most = script.maxValRange ?? Number.POSITIVE_INFINITY;
    if (!range && values.length <= most) {
      put(name, values);
      continue;
    }
    if (range && script.dropRanges) continue;
    const piece = values.slice(from, from + most);
    const end = from + piece.length >= values.length ? '*' : String(from + piece.length - 1);
    if (!range) put(name, []);
    put(`${name};range=${from}-${end}`, piece);
  }
  return message(id, writer => {
    writer.startSequence(0x64);
    writer.writeString(dn);
    writer.startSequence();
    for (const attribute of attributes) attribute.write(writer);
    writer.endSequence();
    writer.endSequence();
  });
}

const reference = (id: number, url: string): Buffer =>
  message(id, writer => {
    writer.startSequence(0x73);
    writer.writeString(url);
    writer.endSequence();
  });

const result = (id: number, operation: number, code = 0, text = '', control?: PagedResultsControl): Buffer =>
  message(id, writer => {
    writer.startSequence(operation);
    writer.writeEnumeration(code);
    writer.writeString('');
    writer.writeString(text);
    writer.endSequence();
    if (!control) return;
    writer.startSequence(0xa0);
    control.write(writer);
    writer.endSequence();
  });

function message(id: number, body: (writer: BerWriter) => void): Buffer {
  const writer = new BerWriter();
  writer.startSequence();
  writer.writeInt(id);
  body(writer);
  writer.endSequence();
  return writer.buffer;
}
