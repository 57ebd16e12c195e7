/** Something that would go wrong, and where. */
export interface Problem {
  readonly where: string;
  readonly what: string;
}
