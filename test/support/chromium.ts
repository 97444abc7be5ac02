import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';

/** A browser on this machine, if there is one; nothing is downloaded. */
export const chromium: string | undefined = (process.env.PATH ?? '')
  .split(':')
  .flatMap(dir => ['chromium', 'chromium-browser', 'google-chrome'].map(name => join(dir, name)))
  .find(file => existsSync(file));

export interface View {
  readonly width: number;
  readonly height?: number;
  readonly dark?: boolean;
}

export interface Clip {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** A page in a browser, driven over a pipe. */
export interface BrowserPage {
  open(url: string, view: View): Promise<void>;
  evaluate<Value>(expression: string): Promise<Value>;
  /** PNG of the whole page, or of a part of it. */
  screenshot(clip?: Clip): Promise<Buffer>;
  /** Everything that the page asked for beside itself, and every word on its console. */
  readonly requests: readonly string[];
  readonly complaints: readonly string[];
  close(): Promise<void>;
}

type Params = Readonly<Record<string, unknown>>;

/** Starts the browser without a window and with a profile of its own. */
export async function openBrowser(binary: string): Promise<BrowserPage> {
  const profile = await mkdtemp(join(tmpdir(), 'muster-chromium-'));
  const child = spawn(
    binary,
    [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-dev-shm-usage',
      '--no-first-run',
      '--hide-scrollbars',
      '--remote-debugging-pipe',
      `--user-data-dir=${profile}`,
    ],
    { stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'] },
  );
  const talk = new Talk(child);
  const requests: string[] = [];
  const complaints: string[] = [];
  const { targetId } = await talk.send('Target.createTarget', { url: 'about:blank' });
  const { sessionId } = await talk.send('Target.attachToTarget', { targetId, flatten: true });
  const send = (method: string, params: Params = {}) => talk.send(method, params, sessionId as string);
  talk.on('Network.requestWillBeSent', ({ request }) => requests.push((request as { url: string }).url));
  talk.on('Log.entryAdded', ({ entry }) => complaints.push((entry as { text: string }).text));
  talk.on('Runtime.consoleAPICalled', params => complaints.push(JSON.stringify(params.args)));
  talk.on('Runtime.exceptionThrown', params => complaints.push(JSON.stringify(params.exceptionDetails)));
  for (const domain of ['Page', 'Network', 'Log', 'Runtime']) await send(`${domain}.enable`);
  return {
    requests,
    complaints,
    open: async (url, { width, height = 800, dark = false }) => {
      requests.length = 0;
      complaints.length = 0;
      await send('Emulation.setDeviceMetricsOverride', {
        width,
        height,
        deviceScaleFactor: 1,
        mobile: width < 600,
      });
      const scheme = { name: 'prefers-color-scheme', value: dark ? 'dark' : 'light' };
      await send('Emulation.setEmulatedMedia', { features: [scheme] });
      const loaded = talk.once('Page.loadEventFired');
      await send('Page.navigate', { url });
      await loaded;
    },
    evaluate: async expression => {
      const { result } = await send('Runtime.evaluate', { expression, returnByValue: true });
      return (result as { value: never }).value;
    },
    screenshot: async clip => {
      const part = clip ? { clip: { ...clip, scale: 1 } } : {};
      const { data } = await send('Page.captureScreenshot', { captureBeyondViewport: true, ...part });
      return Buffer.from(data as string, 'base64');
    },
    close: async () => {
      const ended = new Promise(resolve => child.once('exit', resolve));
      child.kill('SIGKILL');
      await ended;
      await rm(profile, { recursive: true, force: true, maxRetries: 3 });
    },
  };
}

/** The browser's protocol: JSON with a NUL behind it, on the pipes 3 and 4. */
class Talk {
  readonly #out: Writable;
  readonly #waiting = new Map<number, { resolve: (value: Params) => void; reject: (error: Error) => void }>();
  readonly #listeners = new Map<string, ((params: Params) => void)[]>();
  #id = 0;
  #rest = '';

  constructor(child: ChildProcess) {
    this.#out = child.stdio[3] as Writable;
    const input = child.stdio[4] as Readable;
    input.setEncoding('utf8').on('data', (chunk: string) => this.#read(chunk));
    child.once('exit', code => {
      for (const { reject } of this.#waiting.values()) reject(new Error(`the browser ended with ${code}`));
    });
  }

  send(method: string, params: Params = {}, sessionId?: string): Promise<Params> {
    const id = ++this.#id;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#out.write(`${JSON.stringify({ id, method, params, sessionId })}\0`);
    });
  }

  on(event: string, listener: (params: Params) => void): void {
    this.#listeners.set(event, [...(this.#listeners.get(event) ?? []), listener]);
  }

  once(event: string): Promise<Params> {
    return new Promise(resolve => this.on(event, resolve));
  }

  #read(chunk: string): void {
    const messages = (this.#rest + chunk).split('\0');
    this.#rest = messages.pop()!;
    for (const text of messages) {
      const { id, method, params, result, error } = JSON.parse(text);
      if (id === undefined) for (const listener of this.#listeners.get(method) ?? []) listener(params);
      else if (error) this.#waiting.get(id)?.reject(new Error(error.message));
      else this.#waiting.get(id)?.resolve(result);
      this.#waiting.delete(id);
    }
  }
}
