import { type Answer, ok, refuse } from './answer.ts';
import { linesOf, type Picture, pictureOfGroup, pictureOfQueue } from './audit-trail.ts';
import { type Call, objectBody, objectsIn } from './call.ts';
import type { AuditRow } from './rows.ts';

/** Lines that are kept; the oldest are forgotten beyond this. */
const mostKept = 100_000;

/**
 * Looks at what a write is about before it is done, and writes down afterwards what it did, in the name of its
 * client. What takes effect late is seen late; another write in between is then told with it.
 */
export function auditing(call: Call, template: string): (answer: Answer) => void {
  if (call.method === 'GET' || call.method === 'HEAD') return () => {};
  const about = entityIn(template);
  if (!about) return () => {};
  const given = call.params.groupId ?? call.params.queueId;
  const picture = (id: string | undefined): Picture | undefined => {
    const row =
      id === undefined ? undefined : about === 'group' ? call.db.groups.get(id) : call.db.queues.get(id);
    if (!row) return undefined;
    return 'individuals' in row ? pictureOfGroup(row) : pictureOfQueue(row);
  };
  const before = picture(given);
  return answer => {
    if (answer.status >= 300) return;
    const id = given ?? (answer.body as { id?: string } | undefined)?.id;
    const { groupMembersDelayMs, joinDelayMs } = call.knobs;
    call.db.later(Math.max(groupMembersDelayMs, joinDelayMs), () => record(call, before, picture(id)));
  };
}

function entityIn(template: string): 'group' | 'queue' | undefined {
  if (/\/search$/u.test(template)) return undefined;
  if (/^\/api\/v2\/(?:scim\/(?:v2\/)?)?groups\b/u.test(template)) return 'group';
  return template.startsWith('/api/v2/routing/queues') ? 'queue' : undefined;
}

function record(call: Call, before: Picture | undefined, after: Picture | undefined): void {
  const entity = after ?? before;
  if (!entity) return;
  const { audits } = call.db;
  const correlationId = call.newId('audit-correlation');
  for (const { action, system, changes } of linesOf(before, after)) {
    audits.push({
      id: call.newId('audit'),
      at: call.now,
      ...(entity.kind === 'queue'
        ? { service: 'ContactCenter', entityType: 'Queue', entityName: entity.name }
        : { service: 'Groups', entityType: 'DirectoryGroup' }),
      entityId: entity.id,
      action,
      clientId: call.client.id,
      system,
      changes,
      context:
        entity.kind === 'queue'
          ? { entityId: entity.id, auditType: 'QUEUE' }
          : { correlationId, ...(system ? { userid: authorOf(call, call.client.id) ?? '' } : {}) },
    });
  }
  if (audits.length > mostKept) audits.splice(0, audits.length - mostKept);
}

/** Whom the trail names: the user in whose name the client acts, else the client, by knob. */
function authorOf({ db, knobs }: Call, clientId: string): string | undefined {
  const user = db.clients.get(clientId)?.actsFor;
  return user ?? (knobs.auditAuthor === 'as-user' ? clientId : undefined);
}

const properties: Readonly<Record<string, (row: AuditRow, call: Call) => string | undefined>> = {
  UserId: (row, call) => (row.system ? undefined : authorOf(call, row.clientId)),
  ClientId: (row, call) =>
    call.knobs.auditAuthor === 'as-client' && !call.db.clients.get(row.clientId)?.actsFor
      ? row.clientId
      : undefined,
  TrusteeOrganizationId: () => undefined,
  Action: row => row.action,
  EntityType: row => row.entityType,
  EntityId: row => row.entityId,
};

/** `POST /audits/query/realtime`: the latest days of some services, by page number (vendor's client, `AuditApi`). */
export function queryAudits(call: Call): Answer {
  const body = objectBody(call);
  const [from, to] = intervalOf(body.interval);
  const filters = listOf('filters', body.filters).map(({ property, value }) => {
    const read = properties[String(property)];
    if (!read) throw invalid('filters.property', property);
    return (row: AuditRow) => read(row, call) === String(value);
  });
  const [sort] = listOf('sort', body.sort);
  if (sort && sort.name !== 'Timestamp') throw invalid('sort.name', sort.name);
  const { auditDelayMs, auditRetentionMs, auditPageSizeMax } = call.knobs;
  const found = call.db.audits.filter(
    row =>
      row.at >= Math.max(from, call.now - auditRetentionMs) &&
      row.at <= Math.min(to, call.now - auditDelayMs) &&
      (body.serviceName === undefined || row.service === body.serviceName) &&
      filters.every(fits => fits(row)),
  );
  if (!/^asc/iu.test(String(sort?.sortOrder ?? 'descending'))) found.reverse();
  const pageNumber = numberIn(body.pageNumber, 1, 'pageNumber');
  const pageSize = Math.min(numberIn(body.pageSize, 25, 'pageSize'), auditPageSizeMax);
  const named = call.query.list('expand').includes('user');
  return ok({
    entities: found
      .slice((pageNumber - 1) * pageSize, pageNumber * pageSize)
      .map(row => auditView(call, row, named)),
    pageSize,
    pageNumber,
    total: found.length,
    pageCount: Math.ceil(found.length / pageSize),
  });
}

/** `GET /audits/query/realtime/servicemapping`: what the emulator writes down, of the vendor's much longer list. */
export const listAuditServices = (): Answer =>
  ok({
    services: [
      {
        name: 'ContactCenter',
        entities: [
          {
            name: 'Queue',
            actions: ['Create', 'Update', 'Delete', 'MemberAdd', 'MemberUpdate', 'MemberRemove'],
          },
        ],
      },
      { name: 'Groups', entities: [{ name: 'DirectoryGroup', actions: ['Create', 'Update', 'Delete'] }] },
    ],
  });

function auditView(call: Call, row: AuditRow, named: boolean): Record<string, unknown> {
  const { db, knobs } = call;
  const actsFor = db.clients.get(row.clientId)?.actsFor;
  const author = row.system ? undefined : authorOf(call, row.clientId);
  const name = named && author ? db.users.get(author)?.name : undefined;
  const kind = row.entityType === 'Queue' ? 'routing/queues' : 'groups';
  return {
    id: row.id,
    ...(author ? { userHomeOrgId: db.organization.id } : {}),
    user: author ? { id: author, ...(name ? { name } : {}), selfUri: `/api/v2/users/${author}` } : {},
    client: {
      id: !row.system && !actsFor && knobs.auditAuthor === 'as-client' ? row.clientId : '',
    },
    remoteIp: row.system ? [] : ['127.0.0.1'],
    serviceName: row.service,
    level: row.system ? 'SYSTEM' : 'USER',
    eventDate: new Date(row.at).toISOString(),
    action: row.action,
    entity: {
      id: row.entityId,
      ...(row.entityName === undefined ? {} : { name: row.entityName }),
      selfUri: `/api/v2/${kind}/${row.entityId}`,
    },
    entityType: row.entityType,
    status: 'SUCCESS',
    application: '',
    initiatingAction: {},
    transactionInitiator: false,
    propertyChanges: row.changes,
    context: row.context,
    entityChanges: [],
  };
}

function intervalOf(interval: unknown): [from: number, to: number] {
  const [from, to, ...rest] = String(interval ?? '')
    .split('/')
    .map(text => Date.parse(text));
  if (from === undefined || to === undefined || rest.length > 0 || !(from <= to)) {
    throw refuse(400, 'bad.request', 'The interval {interval} is not valid.', { interval: String(interval) });
  }
  return [from, to];
}

const listOf = (name: string, value: unknown) => objectsIn(value, item => invalid(name, item));

function numberIn(value: unknown, fallback: number, name: string): number {
  if (value === undefined || value === null) return fallback;
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 1) throw invalid(name, value);
  return value;
}

const invalid = (name: string, value: unknown) =>
  refuse(400, 'invalid.value', 'The value {value} is not valid for {name}.', { name, value: String(value) });
