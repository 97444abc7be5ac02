export const cloudNames = ['global', 'usgov', 'dod', 'china'] as const;
type CloudName = (typeof cloudNames)[number];

/** Hosts of the national clouds (identity sources reference §2). */
const hosts: Readonly<Record<CloudName, { readonly login: string; readonly graph: string }>> = {
  global: { login: 'https://login.microsoftonline.com', graph: 'https://graph.microsoft.com' },
  usgov: { login: 'https://login.microsoftonline.us', graph: 'https://graph.microsoft.us' },
  dod: { login: 'https://login.microsoftonline.us', graph: 'https://dod-graph.microsoft.us' },
  china: {
    login: 'https://login.partner.microsoftonline.cn',
    graph: 'https://microsoftgraph.chinacloudapi.cn',
  },
};

export interface Endpoints {
  readonly loginUrl: string;
  /** With the version: `https://graph.microsoft.com/v1.0`. */
  readonly root: string;
  /** What a token is asked for. A gateway before Graph has another address, and still wants tokens for Graph. */
  readonly resource: string;
}

/** Which cloud, and what of it lies elsewhere. */
interface CloudOptions {
  readonly cloud: CloudName;
  readonly loginUrl?: string | undefined;
  readonly graphUrl?: string | undefined;
  readonly resource?: string | undefined;
}

export function endpointsOf(options: CloudOptions): Endpoints {
  const { login, graph } = hosts[options.cloud];
  return {
    loginUrl: options.loginUrl ?? login,
    root: `${options.graphUrl ?? graph}/v1.0`,
    resource: options.resource ?? graph,
  };
}
