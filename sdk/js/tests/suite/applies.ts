/** What does not apply where, by name, and why. A test holds that each name is that of a case. */

export interface Exception {
  readonly kinds: readonly string[];
  readonly cases: readonly (string | RegExp)[];
  readonly why: string;
}

export const EXCEPTIONS: readonly Exception[] = [
  {
    kinds: ['chromium'],
    cases: [
      'a list turns its pages by itself, and stops when the caller does',
      'a list whose cursor leads in a circle is an error',
      /^a PATCH without an idempotency key is /,
      'a function of one operation does what the method does, and the stub keeps what it was asked',
      'a list gives what was created',
      'the one-call form takes another key',
      'a client session works in a page of its origin',
    ],
    why: 'a page may only query, stream and rate: `./browser` has no other operation',
  },
  {
    kinds: ['chromium'],
    cases: ['the client says who it is, with the version of the package'],
    why: 'the user agent of a page is that of its browser',
  },
  {
    kinds: ['workerd'],
    cases: ['a header without a name, or with a letter that none has, is refused before anything is sent'],
    why: 'it leaves out a header without a name, and its values are UTF-8',
  },
  {
    kinds: ['deno', 'workerd'],
    cases: ['a PATCH without an idempotency key is repeated when no connection came about'],
    why: 'the error of their fetch does not say whether a connection came about: what is not known to be safe is not done',
  },
];

export function applies(kind: string, name: string): boolean {
  return !EXCEPTIONS.some(({ kinds, cases }) => kinds.includes(kind) && cases.some((one) => fits(one, name)));
}

export function fits(one: string | RegExp, name: string): boolean {
  return typeof one === 'string' ? one === name : one.test(name);
}
