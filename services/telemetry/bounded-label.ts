/** What stands in for every value beyond the bound, and for what is no label at all. */
export const otherLabel = 'other';

const shape = /^[\w.:/{}@ -]{1,80}$/;

/**
 * Keeps a label's values few, whatever is sent: the first so many values that look like a name are themselves, all others
 * are `other`. Without it one hostile client could make a series of each of its requests.
 */
export function createBoundedLabel(most: number): (value: string) => string {
  const known = new Set<string>([otherLabel]);
  return (value) => {
    if (known.has(value)) return value;
    if (known.size > most || !shape.test(value)) return otherLabel;
    known.add(value);
    return value;
  };
}
