/** What these rules ask of an element; Turndown brings its own DOM. */
export interface HtmlElement {
  readonly nodeName: string;
  readonly textContent: string | null;
  readonly parentNode: HtmlElement | null;
  readonly firstChild: HtmlElement | null;
  readonly childNodes: ArrayLike<HtmlElement>;
  getAttribute?(name: string): string | null;
}

/** The value of an attribute, or `null` where the element has none of this name. */
export function attribute(element: HtmlElement, name: string): string | null {
  return element.getAttribute?.(name) ?? null;
}
