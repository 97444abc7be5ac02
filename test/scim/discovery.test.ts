import { existsSync, readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import formats from 'ajv-formats';
import { describe, expect, test } from 'vitest';
import { attributeRules, coreRules } from '../../src/scim/attribute-rules.ts';
import { enterpriseUserSchema, groupSchema, userSchema } from '../../src/scim/core-schemas.ts';
import { resourceTypes, schemaList, serviceProviderConfig } from '../../src/scim/discovery.ts';
import { urn } from '../../src/scim/messages.ts';
import { attribute, type SchemaAttribute } from '../../src/scim/schema.ts';

const reference = new URL('../../../shared/reference/genesys-openapi-subset.json', import.meta.url);
const baseUrl = 'https://scim.example.com/v2';

describe('the service provider configuration', () => {
  test('says what is supported, in the words of RFC 7643 §5', () => {
    expect(serviceProviderConfig({ baseUrl, maxResults: 100 })).toMatchObject({
      schemas: [urn.serviceProviderConfig],
      patch: { supported: true },
      bulk: { supported: false, maxOperations: 0, maxPayloadSize: 0 },
      filter: { supported: true, maxResults: 100 },
      etag: { supported: true },
      authenticationSchemes: [{ type: 'oauthbearertoken', primary: true }],
      meta: { resourceType: 'ServiceProviderConfig', location: `${baseUrl}/ServiceProviderConfig` },
    });
  });

  test('says what the caller says', () => {
    const bulk = { maxOperations: 10, maxPayloadSize: 1000 };
    const told = serviceProviderConfig({
      baseUrl,
      maxResults: 5,
      bulk,
      etag: false,
      sort: true,
      changePassword: true,
      documentationUri: 'https://example.com/docs',
      path: 'serviceproviderconfig',
      authenticationSchemes: [{ type: 'httpbasic', name: 'Basic', description: 'User and password' }],
    });
    expect(told).toMatchObject({
      documentationUri: 'https://example.com/docs',
      bulk: { supported: true, ...bulk },
      etag: { supported: false },
      sort: { supported: true },
      changePassword: { supported: true },
      authenticationSchemes: [{ type: 'httpbasic' }],
      meta: { location: `${baseUrl}/serviceproviderconfig` },
    });
  });
});

describe('the resource types', () => {
  test('are users and groups, with the extensions of users', () => {
    expect(resourceTypes(baseUrl)).toMatchObject([
      {
        id: 'User',
        endpoint: '/Users',
        schema: urn.user,
        schemaExtensions: [{ schema: urn.enterpriseUser, required: false }],
        meta: { location: `${baseUrl}/ResourceTypes/User` },
      },
      { id: 'Group', endpoint: '/Groups', schema: urn.group, schemaExtensions: [] },
    ]);
  });

  test('may be others, and be spelled as Genesys does', () => {
    const told = resourceTypes(baseUrl, {
      names: ['Group', 'Schema'],
      groupExtensions: ['urn:x:1.0:G'],
      lowerCase: true,
    });
    expect(told).toMatchObject([
      {
        endpoint: '/groups',
        schemaExtensions: [{ schema: 'urn:x:1.0:G' }],
        meta: { location: `${baseUrl}/resourcetypes/Group` },
      },
      { endpoint: '/schemas', schema: urn.schema },
    ]);
  });
});

describe('the schemas', () => {
  const extra = { id: 'urn:x:1.0:G', name: 'G', description: 'Ours', attributes: [attribute('a', 'A.')] };

  test('are the standard ones and the caller’s own', () => {
    expect(schemaList().map(schema => schema.id)).toEqual([
      urn.user,
      urn.group,
      urn.enterpriseUser,
      urn.serviceProviderConfig,
      urn.resourceType,
      urn.schema,
    ]);
    expect(schemaList([extra]).at(-1)).toEqual({ ...extra, meta: { resourceType: 'Schema' } });
  });

  test('are those that the caller lists, in that order, with their places', () => {
    const listed = schemaList([extra], { urns: [extra.id, urn.group], location: `${baseUrl}/Schemas` });
    expect(listed.map(schema => [schema.id, schema.meta?.location])).toEqual([
      [extra.id, `${baseUrl}/Schemas/${extra.id}`],
      [urn.group, `${baseUrl}/Schemas/${urn.group}`],
    ]);
  });

  test('may replace a standard one', () => {
    const own = { ...groupSchema, description: 'Ours' };
    expect(schemaList([own], { urns: [urn.group] })[0]?.description).toBe('Ours');
  });

  test('that nobody defines are a mistake of the caller', () => {
    expect(() => schemaList([], { urns: ['urn:nobody'] })).toThrow(RangeError);
  });

  test('name each attribute once, and give a reference what it points at', () => {
    const check = (attributes: readonly SchemaAttribute[]) => {
      const names = attributes.map(one => one.name.toLowerCase());
      expect(new Set(names).size).toBe(names.length);
      for (const one of attributes) {
        expect(one.type === 'complex').toBe(one.subAttributes !== undefined);
        if (one.type === 'reference') expect(one.referenceTypes).toBeDefined();
        check(one.subAttributes ?? []);
      }
    };
    for (const schema of schemaList()) check(schema.attributes);
  });
});

describe('the rules from the schemas', () => {
  test('find attributes in any case, in the core and in extensions', () => {
    expect(coreRules.attribute(undefined, 'USERNAME')).toMatchObject({ name: 'userName', required: true });
    expect(coreRules.attribute(undefined, 'members')?.subs.get('$ref')).toMatchObject({ type: 'reference' });
    expect(coreRules.attribute(urn.enterpriseUser.toUpperCase(), 'Manager')).toMatchObject({
      type: 'complex',
    });
    expect(coreRules.attribute(urn.enterpriseUser, 'userName')).toBeUndefined();
    expect(coreRules.attribute('urn:nobody', 'x')).toBeUndefined();
    expect(coreRules.extension(urn.enterpriseUser.toLowerCase())).toBe(urn.enterpriseUser);
    expect(coreRules.attribute(undefined, 'constructor')).toBeUndefined();
  });

  test('of the first schema hold where two define one name', () => {
    expect(attributeRules([userSchema, groupSchema]).attribute(undefined, 'displayName')?.required).toBe(
      false,
    );
    expect(attributeRules([groupSchema, userSchema]).attribute(undefined, 'displayName')?.required).toBe(
      true,
    );
  });

  test('say whose case matters', () => {
    const { caseExact } = attributeRules([userSchema, groupSchema, enterpriseUserSchema]);
    for (const name of [
      'id',
      'externalid',
      'members.value',
      'groups.value',
      'manager.value',
      'meta.version',
    ]) {
      expect(caseExact).toContain(name);
    }
    for (const name of ['username', 'displayname', 'emails.value', 'schemas'])
      expect(caseExact).not.toContain(name);
  });
});

describe.skipIf(!existsSync(reference))(
  'against the public API definition (skipped where ../shared/reference is not there)',
  () => {
    const ajv = new Ajv({ strict: false });
    formats.default(ajv);
    if (existsSync(reference)) ajv.addSchema(JSON.parse(readFileSync(reference, 'utf8')), 'api');
    const errorsOf = (definition: string, value: unknown) => {
      const validate = ajv.getSchema(`api#/definitions/${definition}`);
      if (!validate) throw new Error(`No definition ${definition}.`);
      return validate(value) ? [] : validate.errors;
    };

    test('a wrong document is found out', () => {
      expect(errorsOf('ScimServiceProviderConfig', { patch: { supported: 'yes' } })).not.toEqual([]);
      expect(errorsOf('ScimV2SchemaDefinition', { attributes: [{ type: 'list' }] })).not.toEqual([]);
    });

    test('the service provider configuration holds', () => {
      expect(
        errorsOf('ScimServiceProviderConfig', serviceProviderConfig({ baseUrl, maxResults: 1 })),
      ).toEqual([]);
    });

    test.each(
      resourceTypes(baseUrl, { names: ['User', 'Group', 'ServiceProviderConfig', 'ResourceType', 'Schema'] }),
    )('the resource type $id holds', resourceType =>
      expect(errorsOf('ScimConfigResourceType', resourceType)).toEqual([]),
    );

    test.each(schemaList([], { location: `${baseUrl}/Schemas` }))('the schema $name holds', schema =>
      expect(errorsOf('ScimV2SchemaDefinition', schema)).toEqual([]),
    );
  },
);
