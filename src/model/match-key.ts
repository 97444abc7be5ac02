/**
 * The one place where mail addresses and login names are normalised before they are compared: Unicode NFC, white
 * space around taken off, lower case. Directories write `Ana.Souza@Example.com`, the target `ana.souza@example.com`.
 */
export const matchKey = (text: string): string =>
  // Nearly every one is plain already, and there may be millions of them.
  /^[!-@[-~]+$/u.test(text) ? text : text.normalize('NFC').trim().toLowerCase();
