import type { ReviewQueue } from './port.ts';

/** Which answers are put before administrators: none, those that a person gave a thumb down, or the weak ones too. */
export type ReviewedAnswers = 'off' | 'thumbs' | 'on';

/** Lets through to the people who review what the operator chose to show them. */
export function chosenReviews(
  reviews: Pick<ReviewQueue, 'add'>,
  chosen: ReviewedAnswers,
): Pick<ReviewQueue, 'add'> {
  return {
    add(item) {
      if (chosen === 'on' || (chosen === 'thumbs' && item.reason === 'thumbs-down'))
        reviews.add(item);
    },
  };
}
