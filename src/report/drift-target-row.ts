import type { TargetDrift } from '../model/drift.ts';
import { counted } from './counted.ts';
import { shown } from './shown-text.ts';

type Row = { readonly sign: '+' | '−' | '~'; readonly text: string; readonly detail?: string };

/** One thing that moved in the target, in words; the place stands above it. */
export function targetRow(drift: TargetDrift): Row {
  const { kind, was, is, count = 0, ring, unsure } = drift;
  const name = shown(drift.subject?.name ?? '');
  const inRing = ring === undefined ? '' : ` in ring ${ring}`;
  const gone = lostText(drift);
  const things = `${counted(count, 'thing')} of ours`;
  switch (kind) {
    case 'member.gone':
      return { sign: '−', text: name, detail: gone };
    case 'queue-member.gone':
      return { sign: '−', text: name, detail: `stood there directly, ${gone}` };
    case 'member.came':
      return { sign: '+', text: name, detail: 'was put there by another hand, and stays' };
    case 'member.went':
      return { sign: '−', text: name, detail: 'was not ours' };
    case 'attachment.gone':
      return { sign: '−', text: `group ${name} no longer serves it${inRing}`, detail: gone };
    case 'attachment.came':
      return { sign: '+', text: `group ${name} serves it${inRing}`, detail: 'by another hand, and stays' };
    case 'attachment.went':
      return { sign: '−', text: `group ${name} no longer serves it${inRing}`, detail: 'was not ours' };
    case 'direct.came':
    case 'direct.went': {
      const many = Math.abs(Number(is) - Number(was));
      const text = `${many} ${kind === 'direct.came' ? 'more' : 'fewer'} ${many === 1 ? 'person stands' : 'people stand'} on it directly, and not by us`;
      const why = unsure ? '; groups moved there as well, which may be the reason' : '';
      return { sign: kind === 'direct.came' ? '+' : '−', text, detail: `${was} → ${is}${why}` };
    }
    case 'group.renamed':
    case 'queue.renamed':
      return { sign: '~', text: `is called ${shown(is ?? '')} now` };
    case 'group.anchored':
      return {
        sign: '~',
        text: is === undefined ? 'bears no externalId now' : `bears the externalId ${shown(is)} now`,
        detail: was === undefined ? 'it bore none' : `it bore ${shown(was)}`,
      };
    case 'group.deleted':
      return { sign: '−', text: `was deleted, with ${counted(count, 'member')} of ours`, detail: gone };
    case 'group.dynamic':
      return { sign: '~', text: 'is filled by rules now', detail: 'muster leaves it alone' };
    case 'queue.deleted':
      return { sign: '−', text: `was deleted, or is hidden from us, with ${things}`, detail: gone };
    case 'user.inactive':
      return { sign: '~', text: `is deactivated, with ${things}` };
    case 'user.deleted':
      return { sign: '−', text: `is no longer there, with ${things}` };
  }
}

/** Which run placed it for whom, and whether anybody still asks for it. */
function lostText({ placed, wanted }: TargetDrift): string {
  if (!placed) return 'was ours';
  const mappings = [placed.mapping, ...(placed.also ?? [])].map(each => shown(each));
  const by = `mapping ${mappings.slice(0, 3).join(', ')}${mappings.length > 3 ? ' …' : ''}`;
  const when = shown(placed.at).slice(0, 16).replace('T', ' ');
  return `ours since ${when} (run ${shown(placed.run)}, ${by})${wanted === false ? ', no longer asked for' : ''}`;
}
