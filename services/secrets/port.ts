/** Where keys and passwords come from, asked for by the name of their setting, such as `AZURE_OPENAI_API_KEY`. */
export interface SecretSource {
  /** The secret, or `undefined` where the source has none of that name; an empty one counts as none. */
  get(name: string): Promise<string | undefined>;
}
