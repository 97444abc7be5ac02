/** As much of OData's `$filter` as Graph takes for groups and people, and its refusals. */

type Properties = Readonly<Record<string, unknown>>;
type Test = (properties: Properties) => boolean;

/** 400 with this code. */
export class QueryError extends Error {
  readonly code: string;
  constructor(code: 'Request_UnsupportedQuery' | 'Request_BadRequest', message: string) {
    super(message);
    this.code = code;
  }
}

const unsupported = (message: string) => new QueryError('Request_UnsupportedQuery', message);

/** Properties that only the index of advanced queries knows. */
const advancedOnly = new Set(['onPremisesSamAccountName', 'companyName', 'employeeType']);
const endsWithOn = new Set(['mail', 'otherMails', 'userPrincipalName', 'proxyAddresses']);
const mostClauses = 15;

export function filterTest(text: string, advanced: boolean): Test {
  const tokens = tokensOf(text);
  let at = 0;
  const peek = () => tokens[at];
  const take = (expected?: string): string => {
    const token = tokens[at++];
    if (token === undefined || (expected !== undefined && token.toLowerCase() !== expected))
      throw new QueryError('Request_BadRequest', `Invalid filter clause at ${token ?? 'its end'}.`);
    return token;
  };

  const either = (): Test => {
    const parts = [both()];
    while (peek()?.toLowerCase() === 'or') {
      take();
      parts.push(both());
    }
    tooMany(parts.length);
    return properties => parts.some(part => part(properties));
  };
  const both = (): Test => {
    const parts = [single()];
    while (peek()?.toLowerCase() === 'and') {
      take();
      parts.push(single());
    }
    return properties => parts.every(part => part(properties));
  };
  const single = (): Test => {
    const token = take();
    const word = token.toLowerCase();
    if (token === '(') {
      const inside = either();
      take(')');
      return inside;
    }
    if (word === 'not') {
      if (!advanced) throw unsupported("Operator 'not' needs $count=true and ConsistencyLevel:eventual.");
      const inside = single();
      return properties => !inside(properties);
    }
    if (word === 'startswith' || word === 'endswith') return called(word);
    return compared(token);
  };
  const called = (name: string): Test => {
    take('(');
    const property = known(take());
    take(',');
    const value = fold(literal(take()));
    take(')');
    if (name === 'endswith' && (!advanced || !endsWithOn.has(property)))
      throw unsupported(`Operator 'endsWith' is not supported for ${property} in this way.`);
    return properties => {
      const has = fold(properties[property]);
      return (
        properties[property] != null && (name === 'endswith' ? has.endsWith(value) : has.startsWith(value))
      );
    };
  };
  const compared = (token: string): Test => {
    const [property, lambda] = token.split('/');
    known(property!);
    if (lambda?.toLowerCase() === 'any') return anyOf(property!);
    const operator = take().toLowerCase();
    if (operator === 'in') {
      take('(');
      const values = [fold(literal(take()))];
      while (peek() === ',') {
        take();
        values.push(fold(literal(take())));
      }
      take(')');
      tooMany(values.length);
      return properties => properties[property!] != null && values.includes(fold(properties[property!]));
    }
    const value = literal(take());
    if (operator === 'ne' && !advanced)
      throw unsupported("Operator 'ne' needs the advanced query parameters.");
    if (operator !== 'eq' && operator !== 'ne') throw unsupported(`Operator '${operator}' is not supported.`);
    return properties => (fold(properties[property!]) === fold(value)) === (operator === 'eq');
  };
  /** `groupTypes/any(c:c eq 'Unified')`. */
  const anyOf = (property: string): Test => {
    take('(');
    take();
    take('eq');
    const value = fold(literal(take()));
    take(')');
    return properties => ((properties[property] ?? []) as unknown[]).some(each => fold(each) === value);
  };
  const known = (property: string): string => {
    if (advancedOnly.has(property) && !advanced)
      throw unsupported(`Unsupported or invalid query filter clause specified for property '${property}'.`);
    return property;
  };
  const tooMany = (count: number) => {
    if (count > mostClauses && !advanced)
      throw unsupported(
        `Too many child clauses specified in search filter expression containing 'OR' operators: ${count}. Max allowed: 15.`,
      );
  };

  const test = either();
  if (at < tokens.length)
    throw new QueryError('Request_BadRequest', `Invalid filter clause at ${tokens[at]}.`);
  return test;
}

const tokensOf = (text: string): string[] => text.match(/'(?:[^']|'')*'|[(),]|[^\s(),']+/gu) ?? [];

function literal(token: string): unknown {
  if (token.startsWith("'")) return token.slice(1, -1).replaceAll("''", "'");
  if (token === 'true' || token === 'false') return token === 'true';
  if (token === 'null') return null;
  throw new QueryError('Request_BadRequest', `Invalid literal ${token}.`);
}

/** Graph compares names without regard to case. */
const fold = (value: unknown): string => String(value ?? 'null').toLowerCase();
