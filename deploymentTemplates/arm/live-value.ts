/**
 * Something that only Azure knows once it has deployed, such as the address that a service was given. It can be read and put
 * into texts; in the plan it stands as `<documentEndpoint of cosmos-…>`.
 */
export class LiveValue {
  readonly source: string;
  readonly path: string;

  constructor(source: string, path = '') {
    this.source = source;
    this.path = path;
  }

  /** A property of it, just as unknown. */
  get(name: string | number): LiveValue {
    const step = typeof name === 'number' ? `[${name}]` : name;
    return new LiveValue(this.source, this.path === '' ? step : `${this.path}.${step}`);
  }

  toString(): string {
    return `<${this.path || 'state'} of ${this.source}>`;
  }
}
