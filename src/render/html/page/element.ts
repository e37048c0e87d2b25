/** The one way this page makes elements: what is not an element is text, whatever is in it. */
export type Child = Node | string | null | undefined | false;

type Attributes = Readonly<Record<string, string | boolean>>;

/** `true` is an attribute without a value, `false` none. Attribute names and values are this program's, never a host's. */
export function element<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes,
  ...children: readonly Child[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== false) made.setAttribute(name, value === true ? '' : value);
  }
  for (const child of children) if (child) made.append(child);
  return made;
}

let count = 0;

/** An id that no other element has. */
export function freshId(): string {
  count += 1;
  return `e${count}`;
}
