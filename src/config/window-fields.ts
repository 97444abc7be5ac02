import { z } from 'zod';
import { weekdays } from '../model/weekly-window.ts';

/** `hours`, `days` and `timeZone` wherever something holds at some hours of the week: `WeeklyWindow` of the model. */
export const windowFields = {
  hours: z
    .string()
    .regex(/^([01]\d|2[0-3]):[0-5]\d-(([01]\d|2[0-3]):[0-5]\d|24:00)$/u, {
      error: 'must look like 08:00-18:00',
    })
    .refine(text => text.slice(0, 5) !== text.slice(6), {
      error: 'begins and ends at the same minute, so that it never holds',
      params: { remedy: 'Leave the hours out for the whole day.' },
    })
    .optional()
    .meta({
      description: 'Hours at which it holds, e.g. 08:00-18:00; may go past midnight.',
      examples: ['08:00-18:00'],
    }),
  days: z
    .array(z.enum(weekdays))
    .min(1)
    .optional()
    .meta({ description: 'Days on which it holds.', examples: [['mon', 'fri']] }),
  timeZone: z
    .string()
    .refine(isTimeZone, { error: 'must be the name of a time zone, e.g. Europe/Berlin' })
    .optional()
    .meta({
      description:
        'Time zone of the hours and days; UTC where left out, since Genesys Cloud tells no time zone of a queue.',
      examples: ['Europe/Berlin'],
    }),
};

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).format(0) !== '';
  } catch {
    return false;
  }
}
