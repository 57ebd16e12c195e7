/** A text without the control characters by which it could move the cursor of a terminal or hide what stands there. */
export function printable(text: string): string {
  return text.replaceAll(/[^\P{Cc}\n\t]/gu, '');
}
