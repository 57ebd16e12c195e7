/**
 * Makes of each row of a table a line that can be understood alone, such as `Role: engineer; Level: senior`. `take` is
 * shown every token of a document and tells whether the token belonged to a table.
 */
export function createTableReader(addLine: (text: string) => void) {
  let headings: string[] = [];
  let cells: string[] = [];
  return {
    take(type: string, before: string | undefined, text: string): boolean {
      if (type === 'inline' && before === 'th_open') headings.push(text);
      else if (type === 'inline' && before === 'td_open') cells.push(text);
      else if (type === 'tr_close') {
        addLine(toLine(headings, cells));
        cells = [];
      } else if (type === 'table_close') headings = [];
      else return false;
      return true;
    },
  };
}

function toLine(headings: readonly string[], cells: readonly string[]): string {
  return cells
    .map((cell, column) => [headings[column] ?? '', cell] as const)
    .filter(([, cell]) => cell !== '')
    .map(([heading, cell]) => (heading === '' ? cell : `${heading}: ${cell}`))
    .join('; ');
}
