import { describe, expect, it } from 'vitest';
import { emulate } from '../../src/emulator/emulate.ts';
import { routesOf } from '../../src/emulator/routes.ts';
import { openApi, recordAnswers } from '../support/openapi.ts';
import { talkTo } from './talk.ts';

const api = openApi();

/** Operations of the definition that the emulator answers with 501; the same list is in docs/emulator-differences.md. */
const notEmulated = ['PATCH /api/v2/users/{}/queues'];

describe.skipIf(!api)(
  'the public API definition (skipped where genesys-openapi-subset.json is not at hand)',
  () => {
    const nameless = (path: string) => path.replace(/\{[^}]*\}/gu, '{}');

    it('has no operation that the emulator neither does nor lists as not done', () => {
      const done = new Set(
        routesOf('platform').map(([method, template]) => `${method} ${nameless(template)}`),
      );
      expect(api!.operations.filter(operation => !done.has(operation))).toEqual(notEmulated);
    });

    it('catches an answer with a wrong field, a missing one, a wrong status and a wrong code', () => {
      const check = (status: number, body: unknown, method = 'GET', template = '/api/v2/groups/{id}') =>
        api!.check({ method, template, status, body });
      const group = { name: 'x', type: 'official', visibility: 'public', rulesVisible: true };
      expect(check(200, group)).toEqual([]);
      expect(check(200, { ...group, colour: 'red' })[0]).toContain('colour');
      expect(check(200, { ...group, version: '1' })[0]).toContain('must be integer');
      expect(check(200, { name: 'x' })).toHaveLength(3);
      expect(check(201, group)[0]).toContain('not declared');
      expect(check(404, { status: 404, code: 'general.resource.not.found' })).toEqual([]);
      expect(check(404, { status: 404, code: 'invented' })[0]).toContain('invented');
      expect(check(404, { status: 400, code: 'not.found' })[0]).toContain('400');
      expect(check(200, {}, 'GET', '/api/v2/nothing')[0]).toContain('does not have this operation');
      expect(check(409, { schemas: [], status: '409', detail: 'x' })[0]).toContain('outside SCIM');
    });

    it('tolerates under the documented contract what only that contract has', () => {
      const body = { displayName: 'x', routingQueueIds: [] };
      const answer = { method: 'GET', template: '/api/v2/scim/groups/{id}', status: 200, body };
      expect(api!.check(answer)).toHaveLength(1);
      expect(api!.check({ ...answer, contract: 'scim-extension' })).toEqual([]);
    });

    it('is what every answer of an emulator can be held against', async () => {
      const emulator = await emulate();
      const recording = recordAnswers(emulator);
      const talk = await talkTo(emulator);
      await talk('GET', '/api/v2/groups');
      emulator.db.groups.sorted()[0]!.version = 'seven' as never;
      await talk('GET', '/api/v2/groups');
      expect(recording.checked).toBe(2);
      expect(recording.violations()).toEqual([
        expect.stringContaining('/entities/0/version must be integer'),
      ]);
      recording.stop();
      await talk('GET', '/api/v2/groups');
      expect(recording.checked).toBe(2);
      await emulator.close();
    });
  },
);
