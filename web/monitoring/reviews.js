/** Topics to write about, and the answers that somebody should look at. */
import { call } from './connection.js';
import { element, formatMoment } from './format.js';

const reasons = {
  'thumbs-down': 'Thumbs down',
  'no-evidence': 'No article found',
  'low-grounding': 'Weakly grounded',
};

/** @param {HTMLElement} place @param {HTMLElement} note */
export async function showTopics(place, note) {
  const { topics, minimumPeople } = await (await call('/monitoring/topics')).json();
  note.textContent =
    topics.length === 0
      ? `Nothing yet. A topic shows once ${minimumPeople} people asked about it without finding a good answer.`
      : 'From questions that found no good answer, or got a thumb down.';
  place.replaceChildren(
    ...topics.map(({ words, questions, people }) =>
      element(
        'li',
        {},
        `Write an article about “${words}” `,
        element('span', {}, `${questions} questions of ${people} people`),
      ),
    ),
  );
}

/** @param {HTMLElement} place @param {HTMLElement} news */
export async function showReviews(place, news) {
  const { reviews } = await (await call('/monitoring/reviews')).json();
  news.textContent =
    reviews.length === 0
      ? 'Nothing to look at.'
      : 'From thumbs down and answers without firm ground.';
  place.replaceChildren(...reviews.map((review) => itemOf(review, news)));
}

function itemOf(review, news) {
  const item = element('li', { class: 'review' });
  const settle = async (action, done) => {
    try {
      await call(`/monitoring/reviews/${encodeURIComponent(review.id)}`, { action });
      const next = item.nextElementSibling ?? item.previousElementSibling;
      item.remove();
      news.textContent = done;
      next?.querySelector('button')?.focus();
    } catch (error) {
      news.textContent = error.message;
    }
  };
  const button = (label, action, done) => {
    const made = element(
      'button',
      { type: 'button', 'aria-label': `${label}: ${review.question}` },
      label,
    );
    made.addEventListener('click', () => settle(action, done));
    return made;
  };
  const details = element(
    'details',
    {},
    element('summary', {}, 'The answer'),
    element('p', { class: 'answer' }, review.answer),
    element(
      'p',
      { class: 'soft' },
      review.sources.length === 0 ? 'No sources.' : `Sources: ${review.sources.join(' · ')}`,
    ),
  );
  item.append(
    element('h3', {}, review.question),
    element(
      'p',
      { class: 'soft' },
      [reasons[review.reason], review.feedback, formatMoment(review.at)]
        .filter(Boolean)
        .join(' · '),
    ),
    details,
    element(
      'div',
      { class: 'actions' },
      button('Make it a test case', 'case', 'Kept as an evaluation case.'),
      button('Dismiss', 'dismiss', 'Dismissed.'),
    ),
  );
  return item;
}
