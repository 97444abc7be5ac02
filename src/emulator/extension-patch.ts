import { queueExtensionUrn } from '../model/contract.ts';
import { isObject, type PatchOperation } from '../scim/messages.ts';

const extensionName = queueExtensionUrn.toLowerCase();
const queuesName = 'routingQueueIds';
const isQueues = (name: string): boolean => name.toLowerCase() === queuesName.toLowerCase();

/**
 * The extension's one attribute stands at the top of the resource, and may be named under the extension's URN, in a path or
 * in a value. Whatever else stands there is left where it is: the attributes of the core schema are none of its.
 */
export function atTheTop(operation: PatchOperation): PatchOperation {
  const { path: asked, ...whole } = operation;
  const path = asked?.trim() ?? '';
  const { value } = whole;
  if (path === '')
    return isObject(value) ? { ...whole, value: Object.fromEntries(fieldsAtTop(value)) } : whole;
  const [name, inside] = [path.slice(0, extensionName.length), path.slice(extensionName.length)];
  if (name.toLowerCase() !== extensionName) return operation;
  if (/^:routingqueueids(?:$|[[.])/iu.test(inside)) return { ...operation, path: inside.slice(1) };
  if (inside !== '') return operation;
  if (operation.op.toLowerCase() === 'remove')
    return value === undefined ? { ...operation, path: queuesName } : operation;
  return isObject(value) ? atTheTop({ ...whole, value: { [queueExtensionUrn]: value } }) : operation;
}

const fieldsAtTop = (value: Readonly<Record<string, unknown>>): (readonly [string, unknown])[] =>
  Object.entries(value).flatMap(([name, inner]) => {
    if (name.toLowerCase().startsWith(`${extensionName}:`) && isQueues(name.slice(extensionName.length + 1)))
      return [[queuesName, inner] as const];
    if (name.toLowerCase() !== extensionName || !isObject(inner)) return [[name, inner] as const];
    const fields = Object.entries(inner);
    const others = fields.filter(([field]) => !isQueues(field));
    return [
      ...fields.flatMap(([field, ids]) => (isQueues(field) ? [[queuesName, ids] as const] : [])),
      ...(others.length > 0 ? [[name, Object.fromEntries(others)] as const] : []),
    ];
  });
