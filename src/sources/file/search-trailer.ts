/**
 * What `ldapsearch` tells of itself around the entries: a head, and at the end how the search went and how many
 * entries it gave. With `-LL` and `-LLL` it tells neither, and slapcat never does. Tried with OpenLDAP 2.5.
 *
 * ```
 * # LDAPv3                          with and without -L; again for each page
 * # pagedresults: cookie=BQAAAA=    more pages follow
 * result: 4 Size limit exceeded     without -L
 * # numResponses: 5
 * # numEntries: 4                   with and without -L, at the very end
 * ```
 */
export class SearchTrailer {
  #begun = false;
  #entries = 0;
  #pagesLeft = false;
  readonly #doubts: string[] = [];
  references = 0;

  comment(text: string): void {
    // The head may be written again for each page.
    if (text === 'LDAPv3') this.#begun = true;
    if (text.startsWith('refldap')) this.references += 1;
    const cookie = /^pagedresults: cookie=(.*)$/u.exec(text)?.[1];
    if (cookie !== undefined) this.#pagesLeft = cookie !== '';
    // A search that found nothing writes no numEntries behind it.
    if (/^numResponses: \d+$/u.test(text)) this.#begun = false;
    const announced = /^numEntries: (\d+)$/u.exec(text)?.[1];
    if (announced !== undefined) this.#end(Number(announced));
  }

  /** An entry has been met. */
  entry(): void {
    this.#entries += 1;
  }

  /** A record without a name: is it one of ldapsearch's own? */
  record(lines: readonly string[]): boolean {
    if (lines.every(line => /^ref: /u.test(line))) {
      this.references += 1;
      return true;
    }
    if (!/^search: \d+$/u.test(lines[0]!)) return false;
    for (const line of lines) {
      const result = /^result: (?!0 )(.*)$/u.exec(line)?.[1];
      if (result !== undefined) this.#doubts.push(`says that its search ended with "${result}"`);
      const cookie = /^pagedresults: cookie=(.*)$/u.exec(line)?.[1];
      if (cookie !== undefined) this.#pagesLeft = cookie !== '';
    }
    return true;
  }

  /** Why there may have been more entries, one sentence each. */
  cuts(path: string): string[] {
    const doubts = [...this.#doubts];
    if (this.#begun) doubts.push('begins as an export of ldapsearch, and the end of one is not there');
    if (this.#pagesLeft) doubts.push('ends with a page after which more were to come');
    return doubts.map(doubt => `${path} ${doubt}`);
  }

  #end(announced: number): void {
    if (this.#entries < announced)
      this.#doubts.push(`says that it has ${announced} entries, and ${this.#entries} are there`);
    this.#entries = 0;
  }
}
