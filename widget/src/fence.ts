/** A block of code: its lines as they arrive, up to the line that closes it. */

const LONGEST_LEAD = 64;
const LONGEST_NODE = 2048;

export class Fence {
  #sign: string;
  #size: number;
  #indent: RegExp;
  #code: Text;
  #lead = '';
  /** Whether the line's beginning may still be the end of the block. */
  atStart = true;

  constructor(block: HTMLElement, opener: string, indent: number) {
    const fence = /^[ \t]*(`+|~+)/.exec(opener)?.[1] ?? '```';
    this.#sign = fence.charAt(0);
    this.#size = fence.length;
    this.#indent = new RegExp(`^ {0,${indent}}`);
    this.#code = document.createTextNode('');
    const code = document.createElement('code');
    code.append(this.#code);
    block.append(code);
  }

  /** Takes one character of a line's beginning; true when the line closes the block. */
  start(character: string): boolean {
    if (character === '\n') {
      if (this.#closes()) return true;
      this.#begin('\n');
      this.atStart = true;
      return false;
    }
    this.#lead += character;
    if (this.#lead.length >= LONGEST_LEAD || !this.#isRun()) this.#begin('');
    return false;
  }

  write(text: string): void {
    if (this.#code.length > LONGEST_NODE) {
      const next = document.createTextNode('');
      this.#code.after(next);
      this.#code = next;
    }
    this.#code.appendData(text);
  }

  /** The line ends after its beginning. */
  endLine(): void {
    this.write('\n');
    this.atStart = true;
  }

  /** The answer ends. */
  end(): void {
    if (this.#lead && !this.#closes()) this.#begin('');
  }

  #begin(rest: string): void {
    this.write(this.#lead.replace(this.#indent, '') + rest);
    this.#lead = '';
    this.atStart = false;
  }

  /** Spaces and signs only, so far. */
  #isRun(): boolean {
    const line = this.#lead.trim();
    return line === this.#sign.repeat(line.length);
  }

  #closes(): boolean {
    return this.#isRun() && this.#lead.trim().length >= this.#size;
  }
}
