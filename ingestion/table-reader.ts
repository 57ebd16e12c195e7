import { splitSentences } from '#language/sentences.ts';

/** A row of a table, cell by cell. */
interface Row {
  readonly cells: readonly string[];
  /** Whether everything in it is set in bold. */
  readonly isBold: boolean;
}

/**
 * Makes of each row of a table a line that can be understood alone, such as `Role: engineer; Level: senior`. Where a table
 * names its columns in its first row without marking it as such, that row is found by how it looks. `take` is shown every
 * token of a document and tells whether the token belonged to a table.
 */
export function createTableReader(addLine: (text: string) => void) {
  let headings: string[] = [];
  let rows: Row[] = [];
  let cells: string[] = [];
  let isBold = true;
  const endRow = () => {
    if (cells.length > 0) rows.push({ cells, isBold });
    cells = [];
    isBold = true;
  };
  const endTable = () => {
    for (const line of toLines(headings, rows)) addLine(line);
    headings = [];
    rows = [];
  };
  return {
    take(type: string, before: string | undefined, text: string, isTextBold: boolean): boolean {
      if (type === 'inline' && before === 'th_open') headings.push(text);
      else if (type === 'inline' && before === 'td_open') {
        cells.push(text);
        isBold &&= isTextBold || text === '';
      } else if (type === 'tr_close') endRow();
      else if (type === 'table_close') endTable();
      else return false;
      return true;
    },
  };
}

function toLines(headings: readonly string[], rows: readonly Row[]): string[] {
  if (rows.length === 0) return [joined(headings)];
  const [first, ...others] = rows;
  const isNamed = headings.some((heading) => heading !== '');
  if (isNamed || first === undefined) return rows.map((row) => toLine(headings, row.cells));
  if (namesColumns(first, others)) return others.map((row) => toLine(first.cells, row.cells));
  return rows.map(({ cells }) => {
    const [name = '', value = ''] = cells;
    const isPair = cells.length === 2 && name !== '' && value !== '';
    return isPair ? `${oneClause(name)}: ${value}` : joined(cells);
  });
}

/** Longest name of a column that is taken for one, in words. */
const longestName = 5;

/**
 * Whether a first row names the columns: in bold where the others are not; or short words without figures, above columns
 * that hold figures, or above more columns than a list of names and values has.
 */
function namesColumns({ cells, isBold }: Row, others: readonly Row[]): boolean {
  const isWhole = cells.filter((cell) => cell !== '').length >= Math.max(2, cells.length - 1);
  if (others.length === 0 || !isWhole) return false;
  if (isBold) return others.some((row) => !row.isBold);
  const looksLikeNames = cells.every(
    (cell) => !/\d/.test(cell) && cell.split(/\s+/).length <= longestName && !/[.!?]$/.test(cell),
  );
  if (!looksLikeNames) return false;
  const holdsFigures = cells.some((_, column) =>
    others.every((row) => /\d/.test(row.cells[column] ?? '')),
  );
  return cells.length > 2 || (holdsFigures && others.length > 1);
}

/** Several sentences in a cell would end the sentence that the row is. */
function oneClause(cell: string): string {
  return splitSentences(cell)
    .map((sentence) => sentence.replace(/(?<!\.)[.:;]$/, ''))
    .join(' – ');
}

function toLine(headings: readonly string[], cells: readonly string[]): string {
  return joined(
    cells.map((cell, column) => {
      const heading = oneClause(headings[column] ?? '');
      return heading === '' || cell === '' ? cell : `${heading}: ${cell}`;
    }),
  );
}

function joined(cells: readonly string[]): string {
  const filled = cells.filter((cell) => cell !== '');
  return filled.length === 1 ? (filled[0] ?? '') : filled.map(oneClause).join('; ');
}
