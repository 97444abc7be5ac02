import { z } from 'zod';

const httpUrl = z.url({
  protocol: /^https?$/u,
  error: 'must be a URL that begins with https:// (or http://)',
});

const seconds = (most: number) => z.number().positive().max(most);

/** `genesys:` — the target. Facts behind the defaults: API reference §1.6, §2.6, §3.4 and §6. */
export const genesysSection = z
  .strictObject({
    region: z
      .string()
      .min(1)
      .optional()
      .meta({
        description:
          'AWS region (eu-west-1) or domain (mypurecloud.ie) of the organisation; gives the hosts of the API and of the login. Required unless baseUrl is given.',
        examples: ['eu-west-1'],
      }),
    baseUrl: httpUrl.optional().meta({
      description: 'URL of the API host instead of the one of the region, e.g. the emulator or a gateway.',
      examples: ['http://127.0.0.1:8080'],
    }),
    loginUrl: httpUrl.optional().meta({
      description: 'URL of the host that gives tokens instead of the one of the region.',
      examples: ['https://login.mypurecloud.ie'],
    }),
    clientId: z
      .string()
      .min(1)
      .meta({
        description: 'Id of an OAuth client with the grant "Client Credentials".',
        examples: [`\${GENESYS_CLIENT_ID}`],
      }),
    clientSecret: z
      .string()
      .min(1)
      .meta({
        description: `Secret of that client, from \${ENV} or \${file:path}.`,
        examples: [`\${GENESYS_CLIENT_SECRET}`],
      }),
    contract: z
      .enum(['auto', 'platform', 'scim-extension'])
      .default('auto')
      .meta({
        description:
          'How groups and queues are told: the public API (platform), SCIM groups with routingQueueIds (scim-extension), or whichever the tenant announces (auto).',
        examples: ['auto'],
      }),
    scope: z
      .string()
      .min(1)
      .optional()
      .meta({
        description:
          'OAuth scope of the token request instead of the default one of the contract; the platform ignores it for this grant.',
        examples: ['scim:groups:write scim:groups:read routing:queue:read'],
      }),
    caFile: z
      .string()
      .min(1)
      .optional()
      .meta({
        description:
          'PEM file with further certificate authorities, relative to the config file; for a proxy that opens TLS.',
        examples: ['ca.pem'],
      }),
    proxy: httpUrl.optional().meta({
      description: 'URL of an HTTP proxy for calls to Genesys Cloud.',
      examples: ['http://proxy.example.com:3128'],
    }),
    allowInsecure: z
      .boolean()
      .default(false)
      .meta({
        description:
          'Allows http:// for hosts other than this machine. The client secret then travels in the clear.',
        examples: [false],
      }),
    timeoutSeconds: seconds(600)
      .default(30)
      .meta({ description: 'Seconds that one attempt of a request may take.', examples: [30] }),
    attempts: z
      .int()
      .min(1)
      .max(20)
      .default(5)
      .meta({ description: 'How often a request is sent at most, the first time included.', examples: [5] }),
    deadlineSeconds: seconds(86_400)
      .default(300)
      .meta({
        description: 'Seconds that a request may take with all its attempts and waits.',
        examples: [300],
      }),
    concurrency: z
      .int()
      .min(1)
      .max(32)
      .default(4)
      .meta({ description: 'Requests in flight at a time.', examples: [4] }),
    settleSeconds: seconds(3600)
      .default(120)
      .meta({
        description: 'Seconds that a change may take until reading it back shows it.',
        examples: [120],
      }),
    rememberHours: z
      .number()
      .min(0)
      .max(720)
      .default(24)
      .meta({
        description:
          'Hours for which a person who was linked to a user is not looked up again; 0 reads everything in every run.',
        examples: [24],
      }),
    memberBatch: z
      .int()
      .min(1)
      .max(1000)
      .default(50)
      .meta({ description: 'Members of a group that one SCIM PATCH adds or removes.', examples: [50] }),
    queueMemberBatch: z
      .int()
      .min(1)
      .max(100)
      .default(100)
      .meta({
        description: 'Members of a queue that one request adds or removes; the API takes 100.',
        examples: [100],
      }),
  })
  .meta({ description: 'The Genesys Cloud organisation and how muster talks to it.' });
