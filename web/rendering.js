/** Where links in answers may lead. */
const linkProtocols = ['http:', 'https:', 'mailto:'];

/**
 * Web Chat's own Markdown, which sanitises, and then: no pictures from anybody's text (a picture's address can carry
 * words out of the conversation), and links to pages of ours, which Web Chat takes for citations, made links.
 *
 * @param {(markdown: string, options: object, more: object) => string} renderMarkdown  Web Chat's own
 */
export function createRenderMarkdown(renderMarkdown) {
  return (markdown, options, more) => {
    const html = renderMarkdown(markdown, { ...options, markdownRenderHTML: false }, more);
    const { body } = new DOMParser().parseFromString(html, 'text/html');
    for (const image of body.querySelectorAll('img')) {
      // The sign beside an external link is Web Chat's own and carried in its address.
      const isSign = image.classList.contains('webchat__render-markdown__external-link-icon');
      if (!isSign) image.replaceWith(image.alt);
    }
    for (const button of body.querySelectorAll('button[value^="/"]')) {
      const link = Object.assign(document.createElement('a'), {
        href: toAddress(button.value) ?? '',
        target: '_blank',
        rel: 'noopener noreferrer',
        textContent: button.textContent,
      });
      button.replaceWith(link);
    }
    for (const number of body.querySelectorAll('.webchat__render-markdown__pure-identifier'))
      keepWithMark(number);
    return body.innerHTML;
  };
}

/** No line begins with the full stop, comma or bracket that follows the number of a source. */
function keepWithMark(number) {
  const after = number.nextSibling;
  const text = after?.nodeType === Node.TEXT_NODE ? after.data : '';
  // Web Chat puts a space without width between them, where lines may break.
  const [whole, mark] = /^\u200B?([.,;:!?)]+)/.exec(text) ?? [];
  if (whole === undefined) return;
  after.data = text.slice(whole.length);
  const unbroken = Object.assign(document.createElement('span'), { className: 'unbroken' });
  number.replaceWith(unbroken);
  unbroken.append(number, mark);
}

/** Middleware for Web Chat's card actions: a card may name pages of ours without our address, and no strange schemes. */
export const openOwnLinks = () => (next) => (details) => {
  const { cardAction } = details;
  if (cardAction.type !== 'openUrl') return next(details);
  const address = toAddress(cardAction.value);
  return address && next({ ...details, cardAction: { ...cardAction, value: address } });
};

/** @param {unknown} value */
function toAddress(value) {
  const address = URL.canParse(String(value), location.origin)
    ? new URL(String(value), location.origin)
    : undefined;
  return address && linkProtocols.includes(address.protocol) ? address.href : undefined;
}
