const articles = '.webchat__basic-transcript__activity';
const ownBubble = '.webchat__bubble--from-user';
const scrollable = '.webchat__basic-transcript__scrollable';
/** What stays free above the question that an answer belongs to. */
const marginPx = 8;
/** By these a person says that they want to be somewhere else. */
const ownMoves = ['wheel', 'touchstart', 'pointerdown', 'keydown'];

/**
 * Keeps the beginning of a long answer in view: Web Chat follows the end of what grows, and would take the first lines away
 * from whoever is just reading them. Once an answer fills the page, the page stays where its question is on top, until the
 * person moves it; Web Chat's own button leads to the rest.
 *
 * @param {HTMLElement} chat  what Web Chat is drawn into, now or later
 */
export function keepBeginnings(chat) {
  /** The question whose answer filled the page last; each is kept in view once. */
  let question;
  let isHeld = false;

  function look() {
    const view = chat.querySelector(scrollable);
    const newest = [...chat.querySelectorAll(articles)].findLast((article) =>
      article.querySelector(ownBubble),
    );
    if (view === null || newest === undefined) return;
    if (newest !== question) goOnTo(newest, view);
    if (isHeld) returnTo(view);
  }

  function goOnTo(newest, view) {
    const place = placeOf(newest, view);
    const fillsPage = view.scrollHeight - place > view.clientHeight;
    // Nobody moved the page, and yet there is a newer question: what was said before a reload is still coming in.
    if (isHeld) view.scrollTop = fillsPage ? place : view.scrollHeight;
    isHeld = fillsPage;
    if (fillsPage) question = newest;
  }

  function returnTo(view) {
    const place = placeOf(question, view);
    if (view.scrollTop <= place + 1) return;
    // A turn of the wheel, however small, ends Web Chat's way to the end.
    view.dispatchEvent(new WheelEvent('wheel'));
    view.scrollTop = place;
  }

  new MutationObserver(look).observe(chat, {
    childList: true,
    subtree: true,
    characterData: true,
  });
  // Scrolling does not bubble.
  chat.addEventListener('scroll', look, { capture: true, passive: true });
  for (const move of ownMoves)
    addEventListener(
      move,
      ({ isTrusted }) => {
        if (isTrusted) isHeld = false;
      },
      { capture: true, passive: true },
    );
}

/** How far the view is scrolled where the article stands on top. */
function placeOf(article, view) {
  const top = article.getBoundingClientRect().top - view.getBoundingClientRect().top;
  return Math.max(0, Math.floor(view.scrollTop + top - marginPx));
}
