import { z } from 'zod';
import { genesysSection } from './genesys-section.ts';
import { limitsSection } from './limits-section.ts';
import { mappingsSection } from './mappings-section.ts';
import { peopleSection } from './people-section.ts';
import { sourcesSection } from './sources-section.ts';
import { stateSection } from './state-section.ts';

/**
 * The whole config as it is written. The loader checks each section by itself, so that a mistake in one does not
 * hide those of another; this object is for the keys and for the JSON Schema.
 */
export const configSchema = z
  .strictObject({
    genesys: genesysSection,
    sources: sourcesSection,
    mappings: mappingsSection,
    limits: limitsSection.prefault({}),
    people: peopleSection.prefault({}),
    state: stateSection.prefault({}),
  })
  .meta({
    title: 'muster',
    description: 'Config of muster: which groups of which identity provider serve which queues.',
  });
