import { type ErrorCode, MusterError } from '../../errors.ts';
import type { HttpAnswer } from '../../http/client.ts';
import { WireError } from '../../http/wire-error.ts';
import { asSourceFailure } from '../reach.ts';
import { shownUrl } from './shown-url.ts';

/** The error that an answer is which is no whole file. */
export function answerFailure(url: string, { status }: HttpAnswer): MusterError {
  const { code, happened, remedy } = meaningOf(status);
  return new MusterError(code, {
    happened: `${happened} (${status}).`,
    subject: shownUrl(url),
    status,
    remedy,
  });
}

interface Meaning {
  readonly code: ErrorCode;
  readonly happened: string;
  readonly remedy: string;
}

const known: Readonly<Record<number, Meaning>> = {
  304: {
    code: 'source.read-failed',
    happened: 'The server says that the file is still the same, though it was never asked that',
    remedy: 'Look at the proxy or cache on the way: it must hand out the file itself.',
  },
  401: {
    code: 'source.auth-failed',
    happened: 'The server does not take our credentials for the file, or wants some',
    remedy:
      'Give "token", or "username" and "password"; check that they have not expired, and "tokenHeader" if the server wants the token elsewhere.',
  },
  403: {
    code: 'source.auth-failed',
    happened: 'The account may not read the file',
    remedy: 'Let the account of this source read the file; a signed URL may have expired.',
  },
  404: {
    code: 'source.unreachable',
    happened: 'There is no such file',
    remedy: 'Correct "url" of this source, or see what became of the export.',
  },
  410: {
    code: 'source.unreachable',
    happened: 'The file has been taken away for good',
    remedy: 'Correct "url" of this source, or see what became of the export.',
  },
  429: {
    code: 'source.read-failed',
    happened: 'The server takes no more requests now, and waiting did not help',
    remedy: 'Run less often, or raise "deadlineSeconds".',
  },
};

function meaningOf(status: number): Meaning {
  const found = known[status];
  if (found) return found;
  if (status < 300) {
    return {
      code: 'source.read-failed',
      happened: 'The server answered with something else than a whole file',
      remedy: 'Ask whoever runs the server for a URL that answers 200 with the finished export.',
    };
  }
  if (status < 500) {
    return {
      code: 'source.read-failed',
      happened: 'The server does not give the file',
      remedy: 'Check "url" of this source in a browser or with curl.',
    };
  }
  return {
    // A gateway without anything behind it is not there for anybody; a 500 may be about this one file.
    code: [502, 503, 504].includes(status) ? 'source.unreachable' : 'source.read-failed',
    happened: 'The server has a failure of its own',
    remedy: 'Wait some minutes and run again; if it stays so, ask whoever runs the server.',
  };
}

export const redirectFailure = (url: string, status: number, target: URL | null): MusterError =>
  new MusterError('source.read-failed', {
    happened: target
      ? `The server points to another place, ${target.origin}${target.pathname}, and is not followed there (${status}).`
      : `The server points elsewhere and does not say where (${status}).`,
    subject: shownUrl(url),
    status,
    remedy:
      'Is that a page to log in, check the credentials of this source. Is it where the file now is, put that address into "url".',
  });

export const tooManyRedirects = (url: string, most: number): MusterError =>
  new MusterError('source.read-failed', {
    happened: `The server points from one place to the next more than ${most} times.`,
    subject: shownUrl(url),
    remedy: 'Check "url" of this source in a browser; circles are often a login without end.',
  });

export const webPage = (url: string): MusterError =>
  new MusterError('source.read-failed', {
    happened: 'What came is a web page and no file of people; most often that is a page to log in.',
    subject: shownUrl(url),
    remedy:
      'Check the credentials of this source, and that "url" is the file itself and not a page that shows it.',
  });

/** Failures on the way, told as failures of the source; anything else as it is. */
export function downloadFailure(error: unknown, maxMegabytes: number): unknown {
  if (!(error instanceof WireError) || !error.oversized) return asSourceFailure(error, 'The URL');
  return new MusterError('source.read-failed', {
    happened: `The file is longer than ${maxMegabytes} MiB.`,
    ...(error.subject !== undefined && { subject: error.subject }),
    remedy: 'Check that "url" is the file that is meant; if it is, raise "maxMegabytes" of this source.',
    cause: error,
  });
}
