import type {
  ContentFilterResultDetailsForPromptOutput,
  ContentFilterResultsForChoiceOutput,
} from '@azure/openai/types';

/** What Azure's content filter says of a prompt or of a piece of an answer. */
export type ContentFilterResults =
  | ContentFilterResultDetailsForPromptOutput
  | ContentFilterResultsForChoiceOutput;

/** The categories that made Azure's content filter step in, such as `violence` or `jailbreak`; empty where none is named. */
export function filteredCategories(results: ContentFilterResults | undefined): string[] {
  return Object.entries(results ?? {}).flatMap(([category, result]: [string, unknown]) =>
    typeof result === 'object' &&
    result !== null &&
    'filtered' in result &&
    result.filtered === true
      ? [category]
      : [],
  );
}

/** The same of the error with which Azure refuses a prompt: it stands in `innererror`. */
export function filteredByError(body: unknown): string[] {
  const inner = (
    body as { innererror?: { content_filter_result?: ContentFilterResults } } | undefined
  )?.innererror;
  return filteredCategories(inner?.content_filter_result);
}
