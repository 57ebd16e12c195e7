const small = [
  'zero',
  'one',
  'two',
  'three',
  'four',
  'five',
  'six',
  'seven',
  'eight',
  'nine',
  'ten',
  'eleven',
  'twelve',
  'thirteen',
  'fourteen',
  'fifteen',
  'sixteen',
  'seventeen',
  'eighteen',
  'nineteen',
];
const tens = ['twenty', 'thirty', 'forty', 'fifty', 'sixty', 'seventy', 'eighty', 'ninety'];

const numberWords = new Map<string, number>([
  ...small.map((word, value) => [word, value] as const),
  ...tens.map((word, index) => [word, (index + 2) * 10] as const),
  ['half', 0.5],
  ['couple', 2],
  ['few', 3],
  ['several', 5],
  ['dozen', 12],
]);

/** The numbers of a text in order, in digits (`5`, `7.5`, `6h`) or in words ("twenty five", "a couple"). */
export function readNumbers(text: string): number[] {
  const numbers: number[] = [];
  const tokens = text.toLowerCase().match(/\d+(?:[.,]\d+)?|\p{L}+/gu) ?? [];
  let previousTens = false;
  for (const token of tokens) {
    const value = /^\d/.test(token) ? Number(token.replace(',', '.')) : numberWords.get(token);
    if (value === undefined) {
      previousTens = false;
      continue;
    }
    const last = numbers.at(-1);
    if (previousTens && value > 0 && value < 10 && last !== undefined) {
      numbers[numbers.length - 1] = last + value;
    } else numbers.push(value);
    previousTens = tens.includes(token);
  }
  return numbers;
}
