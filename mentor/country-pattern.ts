/** What people say for countries beside their names, and regions that are said like countries. */
const spoken = [
  'US',
  'USA',
  'UK',
  'UAE',
  'England',
  'Scotland',
  'Wales',
  'Europe',
  'Africa',
  'Asia',
];

/** Every country as English names it, and what people say for some of them, as alternatives of a regular expression. */
export const countryPattern = [...new Set([...countryNames(), ...spoken])]
  .map((country) => country.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
  .toSorted((left, right) => right.length - left.length)
  .join('|');

function countryNames(): string[] {
  const names = new Intl.DisplayNames(['en'], { type: 'region', fallback: 'none' });
  const letters = Array.from({ length: 26 }, (_, place) => String.fromCharCode(65 + place));
  return letters
    .flatMap((first) => letters.map((second) => names.of(first + second)))
    .filter((country) => country !== undefined);
}
