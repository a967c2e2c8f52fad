/** Inline markdown: turns the text of one block into nodes as it arrives. */

import { emphasize, WORD } from './emphasis.js';
import { makeLink, safeUrl, showHost } from './links.js';
import { Pen } from './pen.js';

/** A reference such as `[1]`, which becomes a link when the sources are known. */
export interface Citation {
  number: number;
  element: HTMLElement;
}

enum Mode {
  Text,
  Escape,
  Run,
  Bang,
  Ticks,
  Code,
  Bracket,
  Destination,
  Scheme,
  Url,
}

const LONGEST_URL = 2048;
const PLAIN = /[^\s\\*_~`[\]!h]+/y;
const URL_CHARACTERS = /[^\s<>"`*[\]|\u3000-\u303f\uff00-\uffef]+/y;
const PUNCTUATION = /[!-/:-@[-`{-~]/;
const SCHEMES = ['http://', 'https://'];
const HELD_FROM: Record<string, Mode> = {
  '\\': Mode.Escape,
  '!': Mode.Bang,
  '`': Mode.Ticks,
  '*': Mode.Run,
  _: Mode.Run,
  '~': Mode.Run,
};

export class Inline {
  #pen: Pen;
  #citations: Citation[];
  #mode: Mode = Mode.Text;
  /** Characters whose meaning the next ones decide. */
  #held = '';
  /** What the held run is made of: reading it from the run would copy it. */
  #sign = '';
  #depth = 0;
  #before = '';
  #spaces = 0;
  #hardBreak = false;

  constructor(leaf: HTMLElement, citations: Citation[]) {
    this.#pen = new Pen(leaf);
    this.#citations = citations;
  }

  /** Takes a piece of a line, without its line end. */
  feed(piece: string): void {
    let at = 0;
    while (at < piece.length) {
      const taken = this.#many(piece, at);
      if (taken) at += taken;
      else if (this.#one(piece.charAt(at))) at += 1;
    }
  }

  /** The line has ended; the block may go on. */
  endLine(): void {
    this.#hardBreak = this.#spaces > 1 || this.#mode === Mode.Escape;
    if (this.#mode === Mode.Escape) this.#mode = Mode.Text;
    this.#settle();
  }

  /** The block goes on with another line. */
  nextLine(): void {
    if (this.#hardBreak && this.#mode === Mode.Text) this.#pen.append(document.createElement('br'));
    else this.#pen.write('\n');
    this.#before = ' ';
  }

  /** The block has ended: a mark without its other end was only a character. */
  end(): void {
    this.#settle();
    this.#pen.unwrapTo(0);
    this.#pen.flush();
  }

  flush(): void {
    this.#pen.flush();
  }

  /** Takes as many characters as mean the same, and says how many. */
  #many(piece: string, at: number): number {
    if (this.#mode === Mode.Text) {
      PLAIN.lastIndex = at;
      const plain = PLAIN.exec(piece)?.[0];
      return plain && this.#say(plain) ? plain.length : 0;
    }
    if (this.#mode === Mode.Code && !this.#held) {
      const end = piece.indexOf('`', at);
      const code = piece.slice(at, end < 0 ? piece.length : end);
      this.#pen.write(code);
      return code.length;
    }
    if (this.#mode === Mode.Url) {
      URL_CHARACTERS.lastIndex = at;
      const part = URL_CHARACTERS.exec(piece)?.[0].slice(0, LONGEST_URL - this.#held.length) ?? '';
      this.#held += part;
      return part.length;
    }
    return 0;
  }

  /** Takes one character; false when it only settled what came before, and is to be seen again. */
  #one(character: string): boolean {
    switch (this.#mode) {
      case Mode.Text:
        return this.#start(character);
      case Mode.Escape:
        this.#mode = Mode.Text;
        if (PUNCTUATION.test(character)) return this.#say(character);
        this.#say('\\');
        return false;
      case Mode.Bang:
        this.#mode = Mode.Text;
        if (character === '[') return this.#openBracket('![');
        this.#say('!');
        return false;
      case Mode.Run:
      case Mode.Ticks:
      case Mode.Code:
        if (character !== this.#sign) return this.#endRun(character);
        this.#held += character;
        return true;
      case Mode.Bracket:
        if (character !== '(') return this.#endBracket();
        this.#mode = Mode.Destination;
        this.#held = '';
        this.#depth = 0;
        return true;
      case Mode.Destination:
        return this.#destination(character);
      case Mode.Scheme:
        return this.#scheme(character);
      case Mode.Url:
        return this.#endUrl();
    }
  }

  #start(character: string): boolean {
    if (character === ' ' || character === '\t') {
      this.#spaces += 1;
      return true;
    }
    if (character === '[') return this.#openBracket('[');
    const before = this.#spaces ? ' ' : this.#before;
    let mode = HELD_FROM[character];
    if (character === ']' && this.#link) mode = Mode.Bracket;
    if (character === 'h' && !WORD.test(before) && !this.#link) mode = Mode.Scheme;
    if (!mode) return this.#say(character);
    this.#space();
    this.#mode = mode;
    this.#held = this.#sign = character;
    return true;
  }

  /** Says plain text, after the spaces that were held back. */
  #say(text: string): true {
    this.#space();
    this.#pen.write(text);
    this.#before = text.slice(-1);
    return true;
  }

  #space(): void {
    if (!this.#spaces) return;
    this.#pen.write(' ');
    this.#before = ' ';
    this.#spaces = 0;
  }

  /** Decides what was held, as if a space followed. */
  #settle(): void {
    while (this.#mode !== Mode.Text && (this.#mode !== Mode.Code || this.#held)) {
      if (this.#mode === Mode.Destination) this.#failLink();
      else this.#one(' ');
    }
    this.#spaces = 0;
  }

  /** A run of `*`, `_`, `~` or backticks has ended. */
  #endRun(next: string): false {
    const run = this.#held;
    this.#held = '';
    if (this.#mode === Mode.Ticks) {
      this.#pen.open(run, 'code');
      this.#mode = Mode.Code;
    } else if (this.#mode === Mode.Run) {
      emphasize(this.#pen, run, this.#before, next);
      this.#before = run.charAt(0);
      this.#mode = Mode.Text;
    } else if (run === this.#pen.marker) {
      this.#pen.close();
      this.#before = '`';
      this.#mode = Mode.Text;
    } else this.#pen.write(run);
    return false;
  }

  get #link(): number {
    return this.#pen.depthOf('[', '![');
  }

  #openBracket(marker: string): true {
    this.#space();
    // Links hold no links: an older bracket was only a bracket.
    if (this.#link) this.#pen.unwrapTo(this.#link - 1);
    this.#pen.open(marker, 'span');
    this.#before = '[';
    return true;
  }

  /** `]` that no `(` follows: a citation, or only brackets. */
  #endBracket(): false {
    this.#mode = Mode.Text;
    this.#before = ']';
    this.#pen.unwrapTo(this.#link);
    this.#pen.flush();
    const element = this.#pen.place;
    const number = element.textContent ?? '';
    if (this.#pen.marker === '[' && /^[1-9]\d?$/.test(number)) {
      this.#citations.push({ number: Number(number), element });
      element.className = 'cite';
      element.prepend('[');
      element.append(']');
      this.#pen.close();
    } else {
      this.#pen.unwrap();
      this.#pen.write(']');
    }
    return false;
  }

  #destination(character: string): true {
    if (character === ')' && !this.#depth) return this.#endLink();
    if (character === '(') this.#depth += 1;
    if (character === ')') this.#depth -= 1;
    this.#held += character;
    if (this.#held.length > LONGEST_URL) this.#failLink();
    return true;
  }

  /** A link whose address is not safe keeps its words and loses its address. */
  #endLink(): true {
    this.#mode = Mode.Text;
    this.#before = ')';
    this.#pen.unwrapTo(this.#link);
    const url = safeUrl((this.#held.trim().split(/\s/, 1)[0] ?? '').replace(/^<|>$/g, ''));
    if (url) {
      const link = makeLink(url);
      this.#pen.closeAs(link);
      showHost(link, url);
    } else this.#pen.unwrap('');
    return true;
  }

  /** No link after all: brackets and what they hold are text. */
  #failLink(): void {
    this.#mode = Mode.Text;
    this.#pen.unwrapTo(this.#link - 1);
    this.#pen.write(`](${this.#held}`);
    this.#before = '(';
  }

  #scheme(character: string): boolean {
    const word = this.#held + character;
    const known = SCHEMES.some((scheme) => scheme.startsWith(word));
    if (known) this.#held = word;
    else this.#say(this.#held);
    this.#mode = SCHEMES.includes(word) ? Mode.Url : known ? Mode.Scheme : Mode.Text;
    return known;
  }

  #endUrl(): false {
    this.#mode = Mode.Text;
    let address = this.#held.replace(/[.,;:!?'_~]+$/, '');
    if (address.endsWith(')') && !address.includes('(')) address = address.replace(/[.,;:!?'_~)]+$/, '');
    const url = safeUrl(address);
    if (url) {
      const link = makeLink(url);
      link.append(address);
      showHost(link, url);
      this.#pen.append(link);
    } else this.#pen.write(address);
    this.#pen.write(this.#held.slice(address.length));
    this.#before = '/';
    return false;
  }
}
