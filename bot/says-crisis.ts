/** What the screening refuses to read, such as a dash or a book, is no crisis; whoever answers it says kindly why. */
export function saysCrisis(text: string, isCrisis: (text: string) => boolean): boolean {
  try {
    return isCrisis(text);
  } catch {
    return false;
  }
}
