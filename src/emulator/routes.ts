import type { Contract } from '../model/contract.ts';
import type { Answer } from './answer.ts';
import { listAuditServices, queryAudits } from './audits.ts';
import type { Call } from './call.ts';
import { addGroupMembers, listGroupMembers, listIndividuals, removeGroupMembers } from './group-members.ts';
import { searchGroups, searchGroupsAgain } from './group-search.ts';
import { createGroup, deleteGroup, getDynamicSettings, getGroup, listGroups, updateGroup } from './groups.ts';
import { checkToken, getLimits, getToken, listNamespaces, queuesOfMe, revokeToken } from './organization.ts';
import { all, any, type Need, nothing, queue } from './permissions.ts';
import {
  changeQueueMembers,
  deleteQueueMember,
  joinQueueMembers,
  listQueueMembers,
  listUserQueues,
  patchQueueMember,
} from './queue-members.ts';
import {
  createQueue,
  deleteQueue,
  getQueue,
  listAllQueues,
  listDivisionViews,
  listQueues,
  replaceQueue,
} from './queues.ts';
import {
  getResourceType,
  getSchema,
  getServiceProviderConfig,
  listResourceTypes,
  listSchemas,
} from './scim-discovery.ts';
import {
  createExtensionGroup,
  deleteExtensionGroup,
  listExtensionGroups,
  patchExtensionGroup,
  putExtensionGroup,
} from './scim-extension-groups.ts';
import {
  getScimGroup,
  listScimGroups,
  patchScimGroup,
  putScimGroup,
  refuseScimGroup,
} from './scim-groups.ts';
import {
  createScimUser,
  deleteScimUser,
  getScimUser,
  listScimUsers,
  patchScimUser,
  putScimUser,
} from './scim-users.ts';
import { searchUsers, searchUsersAgain } from './user-search.ts';
import {
  createUser,
  deleteUser,
  getUser,
  getUserByExternalId,
  listUsers,
  patchUser,
  queryUsers,
} from './users.ts';

/** Method, template, permissions, handler, and where the behaviour is told (section of the API reference, or the tutorial). */
export type Route = readonly [
  method: string,
  template: string,
  need: Need,
  handler: (call: Call, need: Need) => Answer,
  evidence: string,
];

const memberReaders = queue(
  'any',
  'routing:queue:view',
  'routing:queue:edit',
  'routing:queue:readonly',
  'routing:queueMember:manage',
);
const memberWriters = queue('any', 'routing:queue:edit', 'routing:queueMember:manage');
const scimUserExtras = [
  'authorization:grant:add',
  'authorization:grant:delete',
  'routing:skill:assign',
  'routing:language:assign',
  'telephony:extension:assign',
];
const userAdders = any('directory:user:add', ...scimUserExtras);
const userEditors = any('directory:user:edit', 'directory:user:setPassword', ...scimUserExtras);
const groupEditor = any('directory:group:edit');

const native: readonly Route[] = [
  ['GET', '/api/v2/routing/queues', any('routing:queue:view'), listQueues, '§3.1'],
  ['POST', '/api/v2/routing/queues', any('routing:queue:add'), createQueue, '§3.3'],
  ['GET', '/api/v2/routing/queues/me', nothing, queuesOfMe, '§1.5'],
  ['GET', '/api/v2/routing/queues/divisionviews', all('routing:queue:search'), listDivisionViews, '§3.1'],
  ['GET', '/api/v2/routing/queues/divisionviews/all', all('routing:queue:search'), listAllQueues, '§3.1'],
  ['GET', '/api/v2/routing/queues/{queueId}', queue('all', 'routing:queue:view'), getQueue, '§3.2'],
  ['PUT', '/api/v2/routing/queues/{queueId}', queue('any', 'routing:queue:edit'), replaceQueue, '§3.3'],
  ['DELETE', '/api/v2/routing/queues/{queueId}', queue('all', 'routing:queue:delete'), deleteQueue, '§3.3'],
  ['GET', '/api/v2/routing/queues/{queueId}/members', memberReaders, listQueueMembers, '§3.4'],
  ['POST', '/api/v2/routing/queues/{queueId}/members', memberWriters, changeQueueMembers, '§3.4'],
  ['PATCH', '/api/v2/routing/queues/{queueId}/members', memberWriters, joinQueueMembers, '§3.4'],
  ['PATCH', '/api/v2/routing/queues/{queueId}/members/{memberId}', memberWriters, patchQueueMember, '§3.4'],
  ['DELETE', '/api/v2/routing/queues/{queueId}/members/{memberId}', memberWriters, deleteQueueMember, '§3.4'],

  ['GET', '/api/v2/groups', nothing, listGroups, '§4'],
  ['POST', '/api/v2/groups', any('directory:group:add'), createGroup, '§4'],
  ['GET', '/api/v2/groups/search', nothing, searchGroupsAgain, '§4'],
  ['POST', '/api/v2/groups/search', nothing, searchGroups, '§4'],
  ['GET', '/api/v2/groups/{groupId}', nothing, getGroup, '§4'],
  ['PUT', '/api/v2/groups/{groupId}', groupEditor, updateGroup, '§4'],
  ['DELETE', '/api/v2/groups/{groupId}', any('directory:group:delete'), deleteGroup, '§4'],
  ['GET', '/api/v2/groups/{groupId}/members', nothing, listGroupMembers, '§4'],
  ['POST', '/api/v2/groups/{groupId}/members', nothing, addGroupMembers, '§4'],
  ['DELETE', '/api/v2/groups/{groupId}/members', nothing, removeGroupMembers, '§4'],
  ['GET', '/api/v2/groups/{groupId}/individuals', nothing, listIndividuals, '§4'],
  ['GET', '/api/v2/groups/{groupId}/dynamicsettings', any('directory:group:view'), getDynamicSettings, '§4'],

  ['GET', '/api/v2/users', nothing, listUsers, '§5'],
  ['POST', '/api/v2/users', any('directory:user:add'), createUser, '§5'],
  ['GET', '/api/v2/users/query', any('directory:user:view'), queryUsers, '§5'],
  ['GET', '/api/v2/users/search', any('directory:user:view'), searchUsersAgain, '§5'],
  ['POST', '/api/v2/users/search', any('directory:user:view'), searchUsers, '§5'],
  ['GET', '/api/v2/users/externalid/{authorityName}/{externalKey}', nothing, getUserByExternalId, '§5'],
  ['GET', '/api/v2/users/{userId}', nothing, getUser, '§5'],
  ['PATCH', '/api/v2/users/{userId}', any('directory:user:edit'), patchUser, '§5'],
  ['DELETE', '/api/v2/users/{userId}', any('directory:user:delete'), deleteUser, '§5'],
  ['GET', '/api/v2/users/{userId}/queues', any('routing:queue:view'), listUserQueues, '§3.4'],

  ['POST', '/api/v2/audits/query/realtime', all('audits:audit:view'), queryAudits, '§8, §10, vendor client'],
  [
    'GET',
    '/api/v2/audits/query/realtime/servicemapping',
    all('audits:audit:view'),
    listAuditServices,
    '§10, vendor client',
  ],

  ['GET', '/api/v2/tokens/me', nothing, getToken, '§1.5'],
  ['HEAD', '/api/v2/tokens/me', nothing, checkToken, '§1.5'],
  ['DELETE', '/api/v2/tokens/me', nothing, revokeToken, '§1.5'],
  ['GET', '/api/v2/organizations/limits/namespaces', nothing, listNamespaces, '§6.4'],
  ['GET', '/api/v2/organizations/limits/namespaces/{namespaceName}', nothing, getLimits, '§6.4'],
  ['GET', '/api/v2/organizations/limits/namespaces/{namespaceName}/defaults', nothing, getLimits, '§6.4'],
];

const scim: readonly Route[] = [
  ['GET', '/serviceproviderconfig', nothing, getServiceProviderConfig, '§2.1'],
  ['GET', '/resourcetypes', nothing, listResourceTypes, '§2.1'],
  ['GET', '/resourcetypes/{resourceType}', nothing, getResourceType, '§2.1'],
  ['GET', '/schemas', nothing, listSchemas, '§2.2'],
  ['GET', '/schemas/{schemaId}', nothing, getSchema, '§2.2'],
  ['GET', '/users', nothing, listScimUsers, '§2.7'],
  ['POST', '/users', userAdders, createScimUser, '§2.7'],
  ['GET', '/users/{userId}', nothing, getScimUser, '§2.7'],
  ['PUT', '/users/{userId}', userEditors, putScimUser, '§2.7'],
  ['PATCH', '/users/{userId}', userEditors, patchScimUser, '§2.7'],
  ['DELETE', '/users/{userId}', any('directory:user:delete'), deleteScimUser, '§2.7'],
];

const platformGroups: readonly Route[] = [
  ['GET', '/groups', groupEditor, listScimGroups, '§2.3'],
  ['POST', '/groups', groupEditor, refuseScimGroup, '§2.1'],
  ['GET', '/groups/{groupId}', groupEditor, getScimGroup, '§2.2'],
  ['PUT', '/groups/{groupId}', groupEditor, putScimGroup, '§2.4'],
  ['PATCH', '/groups/{groupId}', groupEditor, patchScimGroup, '§2.4'],
  ['DELETE', '/groups/{groupId}', groupEditor, refuseScimGroup, '§2.1'],
];

const documentedGroups: readonly Route[] = [
  ['GET', '/groups', groupEditor, listExtensionGroups, 'tutorial, update_group_queues'],
  ['POST', '/groups', groupEditor, createExtensionGroup, 'tutorial, provision_group_with_queues'],
  ['GET', '/groups/{groupId}', groupEditor, getScimGroup, '§2.2'],
  ['PUT', '/groups/{groupId}', groupEditor, putExtensionGroup, 'tutorial, update_group_queues'],
  ['PATCH', '/groups/{groupId}', groupEditor, patchExtensionGroup, 'not told'],
  ['DELETE', '/groups/{groupId}', groupEditor, deleteExtensionGroup, 'not told'],
];

/** SCIM lives under two equivalent roots (§2.1). */
const underBothRoots = (routes: readonly Route[]): Route[] =>
  ['/api/v2/scim', '/api/v2/scim/v2'].flatMap(root =>
    routes.map(([method, path, ...rest]): Route => [method, `${root}${path}`, ...rest]),
  );

export const routesOf = (contract: Contract): readonly Route[] => [
  ...native,
  ...underBothRoots([...scim, ...(contract === 'platform' ? platformGroups : documentedGroups)]),
];
