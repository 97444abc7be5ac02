import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';

/** Nobody may be silent for longer; a bench that hangs says so. */
const longestMs = 10 * 60_000;

/** Starts a file of this folder with an empty environment: no proxy, no settings of the user's home. */
export const startChild = (file: string, home: string, task: object, execArgv: string[] = []): ChildProcess =>
  fork(join(import.meta.dirname, file), [JSON.stringify(task)], { env: { HOME: home }, execArgv });

/** The next thing that the child says; an error where it ends or stays silent instead. */
export function nextMessage<Message>(child: ChildProcess): Promise<Message> {
  return new Promise((resolve, reject) => {
    const off = () => {
      clearTimeout(timer);
      child.off('message', hear);
      child.off('exit', gone);
    };
    const hear = (message: unknown) => {
      off();
      resolve(message as Message);
    };
    const fail = (why: string) => {
      off();
      reject(new Error(`${child.spawnargs.at(-2)} ${why}.`));
    };
    const gone = (code: number | null) => fail(`ended with ${code} and said nothing`);
    const timer = setTimeout(() => fail(`said nothing for ${longestMs / 1000} s`), longestMs);
    child.on('message', hear);
    child.on('exit', gone);
  });
}

export function ask<Message>(child: ChildProcess, question: object): Promise<Message> {
  const answer = nextMessage<Message>(child);
  child.send(question);
  return answer;
}
