/** The pen: writes text and elements into a block, append-only; a mark left open is taken back once, when its block ends. */

/** Something that was opened and waits for its other end: an emphasis, a code span, or the text of a link. */
interface Mark {
  marker: string;
  element: HTMLElement;
}

/** Appending to a text node copies it, so that a long one is followed by another. */
const LONGEST_NODE = 2048;

export class Pen {
  place: HTMLElement;
  #marks: Mark[] = [];
  /** Text that is not in the document yet. */
  #text = '';
  #node: Text | null = null;

  constructor(leaf: HTMLElement) {
    this.place = leaf;
  }

  write(text: string): void {
    this.#text += text;
  }

  /** Puts the text that has gathered into the document. */
  flush(): void {
    if (!this.#text) return;
    if (this.#node && this.#node.length < LONGEST_NODE) this.#node.appendData(this.#text);
    else {
      this.#node = document.createTextNode(this.#text);
      this.place.append(this.#node);
    }
    this.#text = '';
  }

  append(node: Node): void {
    this.flush();
    this.place.append(node);
    this.#node = null;
  }

  /** How many marks are open up to and with this one; 0 when it is not open. */
  depthOf(...markers: string[]): number {
    return this.#marks.findLastIndex((mark) => markers.includes(mark.marker)) + 1;
  }

  /** The marker of the innermost mark. */
  get marker(): string {
    return this.#marks.at(-1)?.marker ?? '';
  }

  open(marker: string, tag: string): void {
    const element = document.createElement(tag);
    this.append(element);
    this.#marks.push({ marker, element });
    this.place = element;
  }

  /** Closes the innermost mark, whose element stays. */
  close(): void {
    this.flush();
    this.#leave(this.place.parentElement);
  }

  /** Closes the innermost mark, whose element gives way to another with the same content. */
  closeAs(element: HTMLElement): void {
    this.flush();
    const old = this.place;
    while (old.firstChild) element.append(old.firstChild);
    old.replaceWith(element);
    this.#leave(element.parentElement);
  }

  /** Takes the innermost mark's element away and keeps what is in it, after the characters that opened it. */
  unwrap(literal = this.marker): void {
    this.flush();
    const element = this.place;
    if (literal) element.before(literal);
    while (element.firstChild) element.before(element.firstChild);
    const parent = element.parentElement;
    element.remove();
    this.#leave(parent);
  }

  /** Unwraps the innermost marks until so many are open. */
  unwrapTo(depth: number): void {
    while (this.#marks.length > depth) this.unwrap();
  }

  #leave(place: HTMLElement | null): void {
    this.#marks.pop();
    if (place) this.place = place;
    this.#node = null;
  }
}
