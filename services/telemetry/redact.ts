const rules: readonly (readonly [RegExp, string])[] = [
  [/[\w.%+-]+@[\w-]+(?:\.[\w-]+)+/g, '[mail address]'],
  [/\b(?:sk|pk|xox[abprs]|ghp|gho|AKIA|eyJ)[\w-]{12,}(?:\.[\w-]+)*/g, '[key]'],
  [/\b(?=[\w+/=-]*\d)(?=[\w+/=-]*[A-Za-z])[\w+/-]{32,}={0,2}/g, '[key]'],
  [/(?<![\w.])\+?\d[\d\s().-]{7,}\d(?![\w.])/g, '[number]'],
];

/** Takes mail addresses, telephone numbers and keys out of what somebody wrote. */
export function redactPersonal(text: string): string {
  return rules.reduce((rest, [pattern, name]) => rest.replaceAll(pattern, name), text);
}
