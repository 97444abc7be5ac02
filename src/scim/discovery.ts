import { enterpriseUserSchema, groupSchema, userSchema } from './core-schemas.ts';
import { type ScimResourceType, urn } from './messages.ts';
import type { SchemaDefinition } from './schema.ts';
import { resourceTypeSchema, schemaSchema, serviceProviderConfigSchema } from './service-schemas.ts';

/** The three documents by which a SCIM service says what it is (RFC 7644 §4, RFC 7643 §5 to §7). */
export interface AuthenticationScheme {
  readonly type: 'oauth' | 'oauth2' | 'oauthbearertoken' | 'httpbasic' | 'httpdigest';
  readonly name: string;
  readonly description: string;
  readonly specUri?: string;
  readonly documentationUri?: string;
  readonly primary?: boolean;
}

export interface ServiceOptions {
  /** Absolute, without a slash at its end. */
  readonly baseUrl: string;
  readonly documentationUri?: string;
  /** Resources in a list answer at most. */
  readonly maxResults: number;
  readonly etag?: boolean;
  readonly sort?: boolean;
  readonly changePassword?: boolean;
  /** Missing: no bulk requests. `maxPayloadSize` in bytes. */
  readonly bulk?: { readonly maxOperations: number; readonly maxPayloadSize: number };
  /** A bearer token in a header unless told. */
  readonly authenticationSchemes?: readonly AuthenticationScheme[];
  /** Path of this document below `baseUrl`; RFC spelling unless told (Genesys writes it in lower case). */
  readonly path?: string;
}

const bearerToken: AuthenticationScheme = {
  type: 'oauthbearertoken',
  name: 'OAuth Bearer Token',
  description: 'A bearer token in the Authorization header',
  specUri: 'https://www.rfc-editor.org/rfc/rfc6750',
  primary: true,
};

/** What `/ServiceProviderConfig` serves. PATCH and filters are always there. */
export const serviceProviderConfig = (options: ServiceOptions) => ({
  schemas: [urn.serviceProviderConfig],
  ...(options.documentationUri !== undefined && { documentationUri: options.documentationUri }),
  patch: { supported: true },
  bulk: options.bulk
    ? { supported: true, ...options.bulk }
    : { supported: false, maxOperations: 0, maxPayloadSize: 0 },
  filter: { supported: true, maxResults: options.maxResults },
  changePassword: { supported: options.changePassword ?? false },
  sort: { supported: options.sort ?? false },
  etag: { supported: options.etag ?? true },
  authenticationSchemes: options.authenticationSchemes ?? [bearerToken],
  meta: {
    resourceType: 'ServiceProviderConfig' as const,
    location: `${options.baseUrl}/${options.path ?? 'ServiceProviderConfig'}`,
  },
});

export interface ResourceType {
  readonly schemas: readonly string[];
  readonly id: ScimResourceType;
  readonly name: string;
  readonly description: string;
  /** Below the base URL, with a slash in front. */
  readonly endpoint: string;
  readonly schema: string;
  readonly schemaExtensions: readonly { readonly schema: string; readonly required: boolean }[];
  readonly meta: { readonly resourceType: 'ResourceType'; readonly location: string };
}

export interface ResourceTypeOptions {
  /** URNs of the extensions of users; the enterprise one unless told. */
  readonly userExtensions?: readonly string[];
  readonly groupExtensions?: readonly string[];
  /** Those of the extensions without which nothing can be made; none unless told. */
  readonly required?: readonly string[];
  /** User and Group unless told. */
  readonly names?: readonly ScimResourceType[];
  /** Genesys writes `/users` where the RFC writes `/Users`. */
  readonly lowerCase?: boolean;
}

const endpoints: Readonly<Record<ScimResourceType, { path: string; schema: SchemaDefinition }>> = {
  User: { path: 'Users', schema: userSchema },
  Group: { path: 'Groups', schema: groupSchema },
  ServiceProviderConfig: { path: 'ServiceProviderConfig', schema: serviceProviderConfigSchema },
  ResourceType: { path: 'ResourceTypes', schema: resourceTypeSchema },
  Schema: { path: 'Schemas', schema: schemaSchema },
};

/** What `/ResourceTypes` lists. `baseUrl` is absolute, without a slash at its end. */
export function resourceTypes(baseUrl: string, options: ResourceTypeOptions = {}): readonly ResourceType[] {
  const { names = ['User', 'Group'], lowerCase = false } = options;
  const spell = (path: string) => (lowerCase ? path.toLowerCase() : path);
  const extensions: Partial<Record<ScimResourceType, readonly string[]>> = {
    User: options.userExtensions ?? [urn.enterpriseUser],
    Group: options.groupExtensions ?? [],
  };
  return names.map(name => ({
    schemas: [urn.resourceType],
    id: name,
    name,
    description: endpoints[name].schema.description,
    endpoint: `/${spell(endpoints[name].path)}`,
    schema: endpoints[name].schema.id,
    schemaExtensions: (extensions[name] ?? []).map(schema => ({
      schema,
      required: options.required?.includes(schema) ?? false,
    })),
    meta: {
      resourceType: 'ResourceType',
      location: `${baseUrl}/${spell(endpoints.ResourceType.path)}/${name}`,
    },
  }));
}

export interface SchemaListOptions {
  /** Which schemas are listed, in this order; unless told the core ones, the enterprise one and `extra`. */
  readonly urns?: readonly string[];
  /** Absolute URL of `/Schemas`; without it the entries have no location. */
  readonly location?: string;
}

const builtIn = [
  userSchema,
  groupSchema,
  enterpriseUserSchema,
  serviceProviderConfigSchema,
  resourceTypeSchema,
  schemaSchema,
];

/**
 * What `/Schemas` lists. `extra` defines the service's own schemas, or its own form of a standard one, which then
 * takes the place of ours. A URN that nobody defines is a mistake of the caller and throws a `RangeError`.
 */
export function schemaList(
  extra: readonly SchemaDefinition[] = [],
  options: SchemaListOptions = {},
): readonly SchemaDefinition[] {
  const known = new Map([...builtIn, ...extra].map(schema => [schema.id.toLowerCase(), schema]));
  const { urns = [...known.values()].map(schema => schema.id), location } = options;
  return urns.map(id => {
    const schema = known.get(id.toLowerCase());
    if (!schema) throw new RangeError(`No definition of the schema ${id}.`);
    const meta = {
      resourceType: 'Schema' as const,
      ...(location && { location: `${location}/${schema.id}` }),
    };
    return { ...schema, meta };
  });
}
