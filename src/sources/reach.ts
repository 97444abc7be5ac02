import { type ErrorCode, MusterError } from '../errors.ts';
import { WireError } from '../http/wire-error.ts';

/**
 * A failure on the way to a server, told as a failure of the source; anything else is handed back as it is. `service`
 * is what people call the server, e.g. `Okta`.
 */
export function asSourceFailure(error: unknown, service: string): unknown {
  if (!(error instanceof WireError)) return error;
  const { happened, subject, remedy } = error;
  return new MusterError(codeOf(error), {
    happened: `${service} could not be read: ${happened}`,
    ...(subject !== undefined && { subject }),
    remedy,
    cause: error,
  });
}

function codeOf({ code }: WireError): ErrorCode {
  if (code === 'network.tls') return 'source.insecure';
  return code.startsWith('network.') ? 'source.unreachable' : 'source.read-failed';
}
