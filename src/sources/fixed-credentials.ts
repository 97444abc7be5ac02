/** Credentials that never change, as options say them; the options schema has made sure that they fit together. */
export interface FixedCredentials {
  readonly token?: string | undefined;
  readonly username?: string | undefined;
  readonly password?: string | undefined;
}

/** Who we are in words, and the headers that prove it; undefined where no credentials are given. */
export function fixedCredentials({
  token,
  username,
  password,
}: FixedCredentials):
  | { readonly who: string; readonly headers: { readonly authorization: string } }
  | undefined {
  if (token !== undefined) return { who: 'a bearer token', headers: { authorization: `Bearer ${token}` } };
  if (username === undefined) return undefined;
  const pair = Buffer.from(`${username}:${password}`).toString('base64');
  return { who: `the user ${username}`, headers: { authorization: `Basic ${pair}` } };
}
