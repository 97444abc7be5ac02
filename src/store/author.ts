import { hostname, userInfo } from 'node:os';
import type { Author } from '../model/history.ts';

/** Who runs this process, and where. In a container there may be no name for the user: then it is the number. */
export function thisAuthor(): Author {
  const host = hostname();
  try {
    return { user: userInfo().username, host };
  } catch {
    return { user: `uid ${process.getuid?.() ?? 'unknown'}`, host };
  }
}
