import { z } from 'zod';
import type { AuditActor, AuditEntry, AuditService } from '../model/audit.ts';
import type { GenesysApi } from './api.ts';

export interface AuditQuestion {
  readonly service: AuditService;
  /** ISO 8601. */
  readonly from: string;
  readonly to: string;
  /** One group or queue; everything of the service where it is left out. */
  readonly entity?: string;
  /** Pages that are read at the most. */
  readonly mostPages: number;
}

export interface AuditAnswer {
  /** The latest first. */
  readonly entries: readonly AuditEntry[];
  /** False where `mostPages` was not enough. */
  readonly whole: boolean;
}

/** Largest page of the audit queries (vendor's client, `AuditApi`). */
const pageSize = 500;

const ref = z.looseObject({ id: z.string().nullish(), name: z.string().nullish() }).nullish();
const values = z
  .array(z.unknown())
  .nullish()
  .transform(list => (list ?? []).map(String));
const line = z.looseObject({
  eventDate: z.string(),
  action: z.string().nullish(),
  entity: ref,
  user: ref,
  client: ref,
  application: z.string().nullish(),
  context: z.record(z.string(), z.unknown()).nullish(),
  propertyChanges: z
    .array(z.looseObject({ property: z.string().nullish(), oldValues: values, newValues: values }))
    .nullish(),
});
const page = z.looseObject({
  entities: z.array(line).nullish(),
  pageCount: z.coerce.number().nullish(),
});

/**
 * The realtime query: answered at once, for the latest fourteen days and "certain services" (vendor's client,
 * `AuditApi`; needs `audits:audit:view`, API reference §8). Rejects like any call where the permission is missing.
 */
export async function queryAudits(
  api: GenesysApi,
  { service, from, to, entity, mostPages }: AuditQuestion,
  signal: AbortSignal,
): Promise<AuditAnswer> {
  const entries: AuditEntry[] = [];
  for (let pageNumber = 1; ; pageNumber++) {
    const call = {
      route: 'POST /api/v2/audits/query/realtime',
      query: { expand: 'user' },
      json: {
        interval: `${from}/${to}`,
        serviceName: service,
        ...(entity === undefined ? {} : { filters: [{ property: 'EntityId', value: entity }] }),
        sort: [{ name: 'Timestamp', sortOrder: 'descending' }],
        pageSize,
        pageNumber,
      },
      repeatable: true,
      subject: `audit trail of ${service}`,
    };
    const { entities, pageCount } = await api.read(call, page, signal);
    entries.push(...(entities ?? []).map(toEntry));
    const more = pageCount == null ? (entities?.length ?? 0) >= pageSize : pageNumber < pageCount;
    if (!more) return { entries, whole: true };
    if (pageNumber >= mostPages) return { entries, whole: false };
  }
}

function toEntry(wire: z.infer<typeof line>): AuditEntry {
  const { eventDate, action, entity, user, client, application, context, propertyChanges } = wire;
  const byUser = actorOf(user) ?? namedIn(context);
  const byClient = actorOf(client);
  return {
    at: eventDate,
    action: action ?? '',
    entity: entity?.id ?? '',
    ...(byUser ? { user: byUser } : {}),
    ...(byClient ? { client: byClient } : {}),
    ...(application ? { application } : {}),
    changes: (propertyChanges ?? []).map(({ property, oldValues, newValues }) => ({
      property: property ?? '',
      was: oldValues,
      is: newValues,
    })),
  };
}

const actorOf = (wire: z.infer<typeof ref>): AuditActor | undefined =>
  wire?.id ? { id: wire.id, ...(wire.name ? { name: wire.name } : {}) } : undefined;

/** A line that follows from a deed names its author in the context alone. */
function namedIn(context: Record<string, unknown> | null | undefined): AuditActor | undefined {
  const id = context?.userid;
  return typeof id === 'string' && id !== '' ? { id } : undefined;
}
