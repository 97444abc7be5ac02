/** Connections, and whatever else a piece of work needs, until it is closed. */
export interface Session {
  close(): Promise<void>;
}

/**
 * Opens a session for one piece of work and closes it whatever became of the work: nothing stays open between runs
 * that may be hours apart. `failure` says what an error, also one of the opening, means for the source.
 */
export async function withSession<Opened extends Session, Result>(
  signal: AbortSignal,
  open: () => Promise<Opened>,
  failure: (error: unknown) => unknown,
  work: (session: Opened) => Promise<Result>,
): Promise<Result> {
  signal.throwIfAborted();
  try {
    const session = await open();
    try {
      return await work(session);
    } finally {
      await session.close();
    }
  } catch (error) {
    throw failure(error);
  }
}
