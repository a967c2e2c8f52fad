/** Lists, a page at a time. */

import { call } from './call.ts';
import { invalid } from './errors.ts';
import type { Caller, Operation, Page, RequestOptions, WithMeta } from './types.ts';

export function page<T>(
  client: Caller,
  operation: Operation,
  args: readonly string[],
  params?: object,
  options?: RequestOptions,
): Pages<T> {
  return new Pages<T>((cursor) => call(client, operation, args, cursor ? { ...params, cursor } : params, options));
}

/** A list: `for await` goes over every item of every page, and asks for a page when it gets there. */
export class Pages<T> implements AsyncIterable<T> {
  readonly #fetch: (cursor?: string | null) => Promise<WithMeta<Page<T>>>;

  constructor(fetch: (cursor?: string | null) => Promise<WithMeta<Page<T>>>) {
    this.#fetch = fetch;
  }

  /** The first page alone. */
  firstPage(): Promise<WithMeta<Page<T>>> {
    return this.#fetch();
  }

  /** Page after page. */
  async *pages(): AsyncGenerator<WithMeta<Page<T>>, void, undefined> {
    const seen = new Set<unknown>();
    for (let cursor: string | null | undefined; ; ) {
      const page = await this.#fetch(cursor);
      const whole = Array.isArray(page.data);
      if (whole) yield page;
      if (whole && !page.has_more) return;
      cursor = page.next_cursor;
      if (!whole || !cursor || seen.has(cursor)) invalid('The list leads nowhere.', page.meta);
      seen.add(cursor);
    }
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<T, void, undefined> {
    for await (const page of this.pages()) yield* page.data;
  }

  /** All items, or the first `limit` of them. */
  async toArray(limit: number = Infinity): Promise<T[]> {
    const items: T[] = [];
    if (limit > 0) for await (const item of this) if (items.push(item) >= limit) break;
    return items;
  }
}
