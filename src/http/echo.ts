import { hiding, secretForms } from '../model/secret-forms.ts';
import type { WireAnswer, WireRequest } from './transport.ts';

/**
 * Gives the answer without the credentials that its request carried: a server, or what stands in front of it, may quote
 * them in an error, in a `Location`, even in a name. From here on nobody has to know what was secret: neither an
 * error nor the journal nor a report can tell it on.
 */
export function echoFilter(): (answer: WireAnswer, request: WireRequest) => WireAnswer {
  // One token is sent thousands of times.
  let known = { key: '', isPlain: true, forms: [] as readonly string[], hide: (text: string) => text };
  return (answer, request) => {
    const secrets = credentialsIn(request);
    const key = secrets.join('\n');
    if (key !== known.key) {
      const isPlain = secrets.every(secret => /^[\w.~-]*$/u.test(secret));
      known = { key, isPlain, forms: secrets.flatMap(secretForms), hide: hiding(secrets) };
    }
    const { forms, hide } = known;
    // Answers are long and many, and most tokens have no marks that a server could quote in more than one way.
    const isClean = known.isPlain && !forms.some(form => answer.body.includes(form));
    return {
      status: answer.status,
      headers: Object.fromEntries(Object.entries(answer.headers).map(([name, value]) => [name, hide(value)])),
      body: isClean ? answer.body : Buffer.from(hide(answer.body.toString('utf8')), 'utf8'),
    };
  };
}

/** Fields of a token request (RFC 6749 §2.3.1, §4.3.2, §6; RFC 7521 §4) that are as good as a key. */
const secretFields = ['client_secret', 'password', 'refresh_token', 'assertion', 'client_assertion'];

function credentialsIn({ headers, body }: WireRequest): string[] {
  const [scheme = '', credential = ''] = (headers.authorization ?? '').split(/ (.*)/su);
  const basic = scheme.toLowerCase() === 'basic' ? Buffer.from(credential, 'base64').toString('utf8') : '';
  const [, password] = basic.split(/:(.*)/su);
  const isForm = headers['content-type'] === 'application/x-www-form-urlencoded';
  const fields = isForm ? new URLSearchParams(body) : new URLSearchParams();
  const all = [credential, password, ...secretFields.map(name => fields.get(name))];
  // A short one is no secret that hiding could keep, and would blot out words.
  return all.filter(each => each != null).filter(each => each.length >= 4);
}
