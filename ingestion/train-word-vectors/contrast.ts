/** Row vectors of length one, side by side. */
export interface UnitRows {
  readonly units: Float32Array;
  readonly dimensions: number;
}

/**
 * The loss of telling each left text's partner, the right text of the same row, from the others', both ways, and how the
 * likeness of each pair moves it (row by row). Texts of one class are no counterexamples of each other.
 */
export function contrast(
  left: UnitRows,
  right: UnitRows,
  classes: readonly number[],
  temperature: number,
): { readonly loss: number; readonly gradient: Float32Array } {
  const size = classes.length;
  const weights = weightsOf(left, right, classes, temperature);
  const rows = new Float32Array(size);
  const columns = new Float32Array(size);
  for (const [at, weight] of weights.entries()) {
    rows[Math.floor(at / size)] = (rows[Math.floor(at / size)] ?? 0) + weight;
    columns[at % size] = (columns[at % size] ?? 0) + weight;
  }
  let loss = 0;
  const gradient = weights.map((weight, at) => {
    const [row, column] = [Math.floor(at / size), at % size];
    const byRow = weight / (rows[row] || 1);
    const byColumn = weight / (columns[column] || 1);
    if (row !== column) return (byRow + byColumn) / (temperature * size);
    loss -= (Math.log(byRow) + Math.log(byColumn)) / size;
    return (byRow + byColumn - 2) / (temperature * size);
  });
  return { loss, gradient };
}

/** How strongly each pair counts: its likeness, sharpened. */
function weightsOf(
  left: UnitRows,
  right: UnitRows,
  classes: readonly number[],
  temperature: number,
): Float32Array {
  const size = classes.length;
  return Float32Array.from({ length: size * size }, (_, at) => {
    const [row, column] = [Math.floor(at / size), at % size];
    if (row !== column && classes[row] === classes[column]) return 0;
    return Math.exp((likeness(left, row, right, column) - 1) / temperature);
  });
}

function likeness(left: UnitRows, row: number, right: UnitRows, column: number): number {
  const { dimensions } = left;
  let sum = 0;
  for (let at = 0; at < dimensions; at += 1)
    sum += (left.units[row * dimensions + at] ?? 0) * (right.units[column * dimensions + at] ?? 0);
  return sum;
}

/** How the loss moves each left vector: the right ones, by how their likeness moves it; with `turned` the other way round. */
export function pull(
  gradient: Float32Array,
  towards: UnitRows,
  { turned }: { readonly turned: boolean },
): Float32Array[] {
  const { units, dimensions } = towards;
  const size = units.length / dimensions;
  return Array.from({ length: size }, (_, row) => {
    const sum = new Float32Array(dimensions);
    for (let column = 0; column < size; column += 1) {
      const weight = gradient[turned ? column * size + row : row * size + column] ?? 0;
      for (let at = 0; at < dimensions; at += 1)
        sum[at] = (sum[at] ?? 0) + weight * (units[column * dimensions + at] ?? 0);
    }
    return sum;
  });
}
