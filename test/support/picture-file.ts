import type { Plan } from '../../src/model/plan.ts';
import { flowsOf } from '../../src/report/html/flows.ts';
import { drawPicture, wideLook } from '../../src/report/html/picture.ts';
import { pictureFileStyle } from '../../src/report/html/style.ts';

/** The picture of a plan as a file of its own: with the page's colours, and a ground on which they can be seen anywhere. */
export function pictureFile(plan: Plan): string {
  const svg = drawPicture(wideLook(flowsOf(plan)), ' xmlns="http://www.w3.org/2000/svg"');
  const ground = '<rect width="100%" height="100%" rx="12" style="fill: var(--card)"/>';
  return `${svg.replace('<defs>', `<style>${pictureFileStyle}</style>\n${ground}\n<defs>`)}\n`;
}
