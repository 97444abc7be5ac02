import { ScimProblem } from '../scim/messages.ts';
import type { Answer } from './answer.ts';
import type { Call } from './call.ts';

/** `"42"`, `W/"42"` and `42` are one version (API reference §2.2). */
export const bareVersion = (text: string): string =>
  text
    .trim()
    .replace(/^W\//u, '')
    .replace(/^"(.*)"$/u, '$1');

export const etagOf = (version: number): string => `"${version}"`;

export const metaVersion = (call: Call, version: number): string =>
  call.knobs.scimVersionQuoted ? etagOf(version) : String(version);

/** 304 where `If-None-Match` names the current version (§2.5). */
export function notModified(call: Call, version: number): Answer | undefined {
  const sent = call.headers['if-none-match'];
  if (sent === undefined) return undefined;
  const current = sent.split(',').some(part => part.trim() === '*' || bareVersion(part) === String(version));
  return current ? { status: 304, headers: { etag: etagOf(version) } } : undefined;
}

/** `If-Match` is optional; where it is sent it must name the current version (§2.5, status by knob). */
export function checkIfMatch(call: Call, version: number): void {
  const sent = call.headers['if-match'];
  if (sent === undefined) return;
  if (sent.split(',').some(part => part.trim() === '*' || bareVersion(part) === String(version))) return;
  throw new ScimProblem(
    call.knobs.scimStaleStatus,
    `The version ${bareVersion(sent)} does not match the current version ${version}.`,
    'invalidVers',
  );
}
