import { type SankeyLink, type SankeyNode, sankey } from 'd3-sankey';
import { counted } from '../counted.ts';
import { htmlText } from '../html-text.ts';
import type { Flow } from './flows.ts';
import { apart, clipped, lettersIn } from './picture-letters.ts';
import { type Link, type Parts, partsOf } from './picture-parts.ts';
import { type Movement, movements, type Node } from './picture-paths.ts';

export interface Look {
  /** Begins every id, so that two pictures may stand on one page. */
  readonly id: string;
  readonly width: number;
  /** The most room for names left and right of the columns; 0 puts them above their bars. */
  readonly gutter: number;
  /** Between two bars of a column: a name has to fit in. */
  readonly gap: number;
  /** Letters of a name. */
  readonly letters: number;
  readonly parts: Parts;
}

/** For a wide page: source groups, Genesys groups, queues; names beside the columns. */
export const wideLook = (flows: readonly Flow[]): Look => ({
  id: 'wide',
  width: 1040,
  gutter: 240,
  gap: 36,
  letters: 25,
  parts: partsOf(flows, { most: 13 }),
});

/** For a phone: groups and queues alone, names above their bars, so that no letter is smaller than on a wide page. */
export const narrowLook = (flows: readonly Flow[]): Look => ({
  id: 'narrow',
  width: 340,
  gutter: 0,
  gap: 34,
  letters: 18,
  parts: partsOf(flows, { most: 13, direct: true }),
});

type Placed = SankeyNode<Node, Link>;
type Ribbon = SankeyLink<Node, Link>;

const barWidth = 10;
const nameHeight = 26;
const titleHeight = 20;
/** Of the picture’s bold letters, in the widest of the usual fonts (DejaVu Sans, Verdana): 0.69 em. */
const letterWidth = 9;

/** The flows as an SVG element; empty where there is nobody to draw. A file of its own needs `xmlns` and a style besides. */
export function drawPicture(look: Look, attributes = ''): string {
  const { nodes, links } = look.parts;
  if (links.length === 0) return '';
  const height = heightOf(look);
  const [left, right] = [gutterFor(look, false), gutterFor(look, true)];
  const graph = sankey<Node, Link>()
    .nodeId(node => node.id)
    .nodeAlign((node, layers) => layerOf(node, layers))
    // The parts come in the order in which they shall stand.
    .nodeSort((a, b) => a.index! - b.index!)
    .nodeWidth(barWidth)
    .nodePadding(look.gap)
    .extent([
      [left, titleHeight + nameHeight],
      [look.width - right, height - nameHeight],
    ])({
    nodes: nodes.map(node => ({ ...node })),
    links: links.map(link => ({ ...link, value: link.width })),
  });
  const ribbons = graph.links.toSorted(
    (a, b) => movements.indexOf(a.movement) - movements.indexOf(b.movement),
  );
  const [title, desc] = [`${look.id}-title`, `${look.id}-desc`];
  return [
    `<svg viewBox="0 0 ${look.width} ${height}" role="img" aria-labelledby="${title} ${desc}"${attributes}>`,
    `<title id="${title}">Which groups bring people to which queues</title>`,
    `<desc id="${desc}">${htmlText(described(look.parts))}</desc>`,
    patterns(look.id),
    ...titles(look, left, look.width - right),
    ...ribbons.map(link => ribbon(link, look.id)),
    ...graph.nodes.filter(node => !node.hidden).map(bar),
    ...graph.nodes.filter(node => !node.hidden).map(node => label(node, look)),
    '</svg>',
  ].join('\n');
}

/** So high that the fullest column has room for its names and for bars that can be told apart. */
function heightOf({ parts, gap }: Look): number {
  const inColumn = (column: Node['column']) => parts.nodes.filter(node => node.column === column).length;
  const fullest = Math.max(inColumn('source'), inColumn('group'), inColumn('queue'));
  return titleHeight + 2 * nameHeight + (fullest - 1) * gap + Math.min(240, 60 + fullest * 20);
}

/** As much as the longest name beside the column needs, and no more than there is. */
function gutterFor({ parts, gutter, letters }: Look, queues: boolean): number {
  if (gutter === 0) return 0;
  const beside = parts.nodes.filter(node => (node.column === 'queue') === queues);
  const longest = Math.max(
    10,
    ...beside.map(node => Math.max(Math.min(letters, lettersIn(node.name)), headsOf(node).length + 12)),
  );
  return Math.min(gutter, Math.ceil(longest * letterWidth) + 14);
}

/** What each column is. */
function titles({ parts, gutter }: Look, left: number, right: number): string[] {
  const has = (column: Node['column']) => parts.nodes.some(node => node.column === column && !node.hidden);
  const title = (x: number, anchor: string, told: string) => text(x, 13, anchor, told, ' class="title"');
  if (gutter === 0) return [title(left, 'start', 'Groups'), title(right, 'end', 'Queues')];
  return [
    title(left + barWidth, 'end', has('source') ? 'In the source' : 'In Genesys Cloud'),
    ...(has('source') && has('group') ? [title((left + right) / 2, 'middle', 'In Genesys Cloud')] : []),
    title(right - barWidth, 'start', 'Queues'),
  ];
}

function layerOf({ column }: Pick<Node, 'column'>, layers: number): number {
  if (column === 'queue') return layers - 1;
  return column === 'source' ? 0 : Math.min(1, layers - 2);
}

/** One sentence for those who cannot see it; the table of the same flows has the rest. */
function described({ nodes, links }: Parts): string {
  const people = (movement: Movement) =>
    links
      .filter(link => /^(?:queue|rest queue)/u.test(link.target))
      .filter(link => link.movement === movement)
      .reduce((sum, link) => sum + link.people, 0);
  const queues = nodes.filter(node => node.column === 'queue').length;
  return `Bands from groups to ${counted(queues, 'queue')}: ${people('staying')} stay, ${people('joining')} come, ${people('leaving')} go. The table below the picture says the same.`;
}

/** Told apart without colour as well: who stays is plain, who comes is striped, who goes is dotted within a broken line. */
const patterns = (id: string): string =>
  [
    '<defs>',
    `<pattern id="${id}-joining" width="7" height="7" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect class="ground joining" width="7" height="7"/><rect class="mark joining" width="3" height="7"/></pattern>`,
    `<pattern id="${id}-leaving" width="6" height="6" patternUnits="userSpaceOnUse"><rect class="ground leaving" width="6" height="6"/><circle class="mark leaving" cx="3" cy="3" r="1.5"/></pattern>`,
    '</defs>',
  ].join('\n');

function ribbon(link: Ribbon, id: string): string {
  const { movement, people } = link;
  const source = link.source as Placed;
  const target = link.target as Placed;
  const [from, to] = [source.x1!, target.hidden ? target.x1! : target.x0!];
  const half = Math.max(link.width!, 1) / 2;
  const [top0, bottom0] = [link.y0! - half, link.y0! + half];
  const [top1, bottom1] = [link.y1! - half, link.y1! + half];
  const middle = (from + to) / 2;
  const at = (...points: readonly number[]) => points.map(point => point.toFixed(1)).join(' ');
  const upper = `M${at(from, top0)}C${at(middle, top0, middle, top1, to, top1)}`;
  const lower = `${at(to, bottom1)}C${at(middle, bottom1, middle, bottom0, from, bottom0)}`;
  const fill = movement === 'staying' ? '' : ` fill="url(#${id}-${movement})"`;
  const told = `${apart(source.name)} → ${apart(target.name)}: ${counted(people, 'person')} ${verbs[movement][people === 1 ? 0 : 1]}`;
  const title = target.hidden ? '' : `<title>${htmlText(told)}</title>`;
  const edges = movement === 'staying' ? '' : `<path class="edge ${movement}" d="${upper}M${lower}"/>`;
  return `<path class="band ${movement}" d="${upper}L${lower}Z"${fill}>${title}</path>${edges}`;
}

const verbs: Readonly<Record<Movement, readonly [string, string]>> = {
  staying: ['stays', 'stay'],
  joining: ['comes', 'come'],
  leaving: ['goes', 'go'],
};

function bar({ x0, y0, y1, folded }: Placed): string {
  const height = Math.max(2, y1! - y0!);
  return `<rect class="bar${folded ? ' folded' : ''}" x="${x0!.toFixed(1)}" y="${y0!.toFixed(1)}" width="${barWidth}" height="${height.toFixed(1)}" rx="2"/>`;
}

/** Heads only at queues: somebody whom a group brings to two of them would count twice at the group. */
const headsOf = ({ column, counts }: Node): string =>
  column === 'queue' ? `${counts.staying + counts.leaving} → ${counts.staying + counts.joining}` : '';

function label(node: Placed, { gutter, letters }: Look): string {
  const heads = headsOf(node);
  const style = node.folded ? ' class="folded"' : '';
  const beside = gutter > 0 && node.column !== 'group';
  const room = beside ? letters : letters - heads.length;
  const name = htmlText(apart(clipped(node.name, room)));
  if (!beside) {
    const middle = gutter > 0;
    const right = node.column === 'queue';
    const x = middle ? (node.x0! + node.x1!) / 2 : right ? node.x1! : node.x0!;
    const anchor = middle ? 'middle' : right ? 'end' : 'start';
    const told = heads === '' ? name : `${name} <tspan class="heads">${heads}</tspan>`;
    return text(x, node.y0! - 6, anchor, `${told}`, style);
  }
  const right = node.column === 'queue';
  const x = right ? node.x1! + 9 : node.x0! - 9;
  const middle = (node.y0! + node.y1!) / 2;
  if (heads === '') return text(x, middle + 4.5, right ? 'start' : 'end', name, style);
  const second = `<tspan class="heads" x="${x.toFixed(1)}" dy="15">${heads}${signsOf(node)}</tspan>`;
  return text(x, middle - 3, right ? 'start' : 'end', `${name}${second}`, style);
}

const text = (x: number, y: number, anchor: string, told: string, style: string): string =>
  `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" text-anchor="${anchor}"${style}>${told}</text>`;

function signsOf({ counts }: Node): string {
  const come = counts.joining > 0 ? ` <tspan class="joining">+${counts.joining}</tspan>` : '';
  const go = counts.leaving > 0 ? ` <tspan class="leaving">−${counts.leaving}</tspan>` : '';
  return `${come}${go}`;
}
