import type { QueueProblem } from '../desired/find-queues.ts';
import { MusterError } from '../errors.ts';
import type { Tenant } from '../model/tenant.ts';

/** A queue text that names nothing, or too much, told so that it can be mended at once. */
export function queueProblemError(problem: QueueProblem, tenant: Tenant): MusterError {
  const subject = `queue ${problem.text}, mapping ${problem.mapping}`;
  if (problem.code === 'queue.ambiguous') {
    return new MusterError('queue.ambiguous', {
      happened: `${problem.ids.length} queues are called "${problem.text}".`,
      subject,
      remedy: `Name the one you mean by id: ${problem.ids.join(', ')}.`,
    });
  }
  if (problem.renamedTo !== undefined) {
    return new MusterError('queue.not-found', {
      happened: `No queue is called "${problem.text}"; the one that this mapping serves is called "${problem.renamedTo}" now.`,
      subject,
      remedy: `Write "${problem.renamedTo}" in the mapping, or the queue's id, which never changes.`,
    });
  }
  const near =
    problem.near.length > 0 ? ` Near it: ${problem.near.map(name => `"${name}"`).join(', ')}.` : '';
  return new MusterError('queue.not-found', {
    happened: `No queue matches "${problem.text}" among the ${tenant.queues.length} that the OAuth client can see.${near}`,
    subject,
    remedy:
      'Correct the name (case counts). If the queue exists, its division is missing in a role of the OAuth client: grant routing:queue:view there.',
  });
}
