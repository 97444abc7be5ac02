import { MusterError } from '../../errors.ts';
import { nearest } from '../../model/select.ts';
import type { PlanJob } from '../job.ts';

/** The job without some of its mappings: who would lose what is then a plan like any other. */
export function withoutMappings<Of extends PlanJob>(job: Of, ids: readonly string[]): Of {
  const known = job.mappings.map(mapping => mapping.id);
  const unknown = ids.find(id => !known.includes(id));
  if (unknown !== undefined) {
    const near = nearest(unknown, known);
    const all = `The config has ${known.length} mapping${known.length === 1 ? '' : 's'}: ${known.slice(0, 10).join(', ')}${known.length > 10 ? ', …' : ''}.`;
    throw new MusterError('config.invalid', {
      happened: `No mapping is called "${unknown}".`,
      subject: unknown,
      remedy: near.length > 0 ? `Near it: ${near.join(', ')}. ${all}` : all,
    });
  }
  return { ...job, mappings: job.mappings.filter(({ id }) => !ids.includes(id)) };
}
