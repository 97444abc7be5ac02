import { onTestFinished } from 'vitest';
import { type CallReport, createHttpClient, type HttpClientOptions } from '../../src/http/send.ts';
import { createTransport } from '../../src/http/transport.ts';
import { eagerClock } from '../support/manual-clock.ts';

/** A client that ends with the test, with its clock and everything that it reported. */
export function client(options: Partial<HttpClientOptions> = {}) {
  const clock = eagerClock();
  const reports: CallReport[] = [];
  const http = createHttpClient({
    transport: createTransport(),
    clock,
    random: () => 0.5,
    onCall: report => reports.push(report),
    ...options,
  });
  onTestFinished(() => http.close());
  return { http, clock, reports };
}
