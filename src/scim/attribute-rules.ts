import { isCoreSchema } from './attribute-path.ts';
import { commonAttributes, enterpriseUserSchema, groupSchema, userSchema } from './core-schemas.ts';
import type { SchemaAttribute, SchemaDefinition } from './schema.ts';

/** What schemas say about one attribute, ready for look-ups by lower-case name. */
export interface AttributeRule extends SchemaAttribute {
  readonly subs: ReadonlyMap<string, AttributeRule>;
}

export interface AttributeRules {
  /** An attribute by its name in any case; `schema` is the URN of an extension, undefined for the core. */
  attribute(schema: string | undefined, name: string): AttributeRule | undefined;
  /** The URN of an extension as its schema spells it. */
  extension(schema: string): string | undefined;
  /** Dotted lower-case names, without URN, whose values differ when their case differs. */
  readonly caseExact: ReadonlySet<string>;
}

/**
 * The rules of several schemas together. Where two core schemas define one name, the first one holds; so pass the
 * schema of the resource at hand first, or alone.
 */
export function attributeRules(schemas: readonly SchemaDefinition[]): AttributeRules {
  const core = new Map<string, AttributeRule>();
  const extensions = new Map<string, { urn: string; attributes: Map<string, AttributeRule> }>();
  const caseExact = new Set<string>();
  const learn = (into: Map<string, AttributeRule>, attributes: readonly SchemaAttribute[]) => {
    for (const attribute of attributes) {
      const name = attribute.name.toLowerCase();
      if (!into.has(name)) into.set(name, toRule(attribute));
      if (attribute.caseExact) caseExact.add(name);
      for (const sub of attribute.subAttributes ?? []) {
        if (sub.caseExact) caseExact.add(`${name}.${sub.name.toLowerCase()}`);
      }
    }
  };
  learn(core, commonAttributes);
  for (const schema of schemas) {
    if (isCoreSchema(schema.id)) {
      learn(core, schema.attributes);
    } else {
      const attributes = new Map<string, AttributeRule>();
      extensions.set(schema.id.toLowerCase(), { urn: schema.id, attributes });
      learn(attributes, schema.attributes);
    }
  }
  return {
    attribute: (schema, name) =>
      (schema === undefined ? core : extensions.get(schema.toLowerCase())?.attributes)?.get(
        name.toLowerCase(),
      ),
    extension: schema => extensions.get(schema.toLowerCase())?.urn,
    caseExact,
  };
}

const toRule = (attribute: SchemaAttribute): AttributeRule => ({
  ...attribute,
  subs: new Map((attribute.subAttributes ?? []).map(sub => [sub.name.toLowerCase(), toRule(sub)])),
});

/** Users, groups and the enterprise extension. */
export const coreRules: AttributeRules = attributeRules([userSchema, groupSchema, enterpriseUserSchema]);
