/**
 * Tells assistive technology whether a passage is open on the line that opens it. Adaptive Cards says so on the passage
 * itself, where the attribute has no meaning.
 *
 * @param {HTMLElement} root  whatever holds the cards, now or later
 */
export function watchToggles(root) {
  const move = (passage) => {
    const toggle = passage.parentElement?.querySelector(':scope > [role="button"]');
    if (passage.hasAttribute('role') || !toggle) return;
    toggle.setAttribute('aria-expanded', passage.getAttribute('aria-expanded'));
    passage.removeAttribute('aria-expanded');
  };
  const observer = new MutationObserver((changes) => {
    for (const { target } of changes)
      if (target.matches('.ac-container[aria-expanded]')) move(target);
  });
  observer.observe(root, { attributeFilter: ['aria-expanded'], subtree: true });
}
