/** Elements: made and brought up to date from a description, by hand, so that no string is ever read as HTML. */

/** An attribute that is null or false is taken away; a function is a listener, such as `onclick`. */
type Attributes = Record<string, unknown>;

/** A tag or an element, its attributes, and its children; an element without any keeps those that it has. */
export type Described = readonly [what: string | Element, attributes: Attributes, ...children: Child[]];
/** What is not there holds its place, so that what follows stays where it is. */
export type Child = Described | string | null | false | undefined;

/** Appending to a text node copies it, so that a long one is followed by another. */
const LONGEST_NODE = 2048;

/** A new element. */
export function make(...described: Described): HTMLElement {
  return render(described, null) as HTMLElement;
}

/** A button of the widget's own; it sends no form. */
export function button(part: string, text: string, onclick: (event: Event) => void, more: Attributes = {}): Described {
  return ['button', { type: 'button', part, onclick, ...more }, text];
}

/** Makes an element's children what they should be, and touches only what differs. */
export function update(parent: Element | ShadowRoot, children: readonly Child[]): void {
  const old = parent.childNodes;
  for (const [at, child] of children.entries()) {
    const there = old[at] ?? null;
    const node = render(child, there);
    if (!there) parent.append(node);
    else if (there !== node) there.replaceWith(node);
  }
  while (old.length > children.length) parent.lastChild?.remove();
}

export function appendText(place: Element, text: string): void {
  const last = place.lastChild as Text | null;
  if (last?.nodeType === 3 && last.length < LONGEST_NODE) last.appendData(text);
  else if (text) place.append(text);
}

/** The address that an attribute gives, which may be relative to the page; empty unless it is of such a kind. */
export function resolveUrl(raw: string | null | undefined, kind: RegExp): string {
  const { href, protocol } = make('a', { href: raw }) as HTMLAnchorElement;
  return kind.test(protocol) ? href : '';
}

function render(child: Child, old: Node | null): ChildNode {
  if (!child || typeof child === 'string') {
    const node = old?.nodeType === 3 ? (old as Text) : new Text();
    if (node.data !== (child || '')) node.data = child || '';
    return node;
  }
  const [what, attributes, ...children] = child;
  let element = what as Element;
  if (typeof what === 'string') {
    element = old as Element;
    if (element?.localName !== what) element = document.createElement(what);
  }
  // What a page can style from outside is styled inside by the same name.
  for (const [name, value] of Object.entries(
    attributes.part ? { class: attributes.part, ...attributes } : attributes,
  )) {
    if (typeof value === 'function') Object.assign(element, { [name]: value });
    else if (value == null || value === false) element.removeAttribute(name);
    // What is the same already is not set: it may be watched, or announced.
    else if (element.getAttribute(name) !== `${value}`) element.setAttribute(name, `${value}`);
  }
  if (children.length) update(element, children);
  return element;
}
