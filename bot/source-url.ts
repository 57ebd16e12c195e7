/**
 * The address a person can open: an absolute http or https address as it is, a path of this server (`/articles/...`) made
 * absolute. Anything else has no address and gives `undefined`.
 */
export function openableUrl(sourceUrl: string, publicUrl: string | undefined): string | undefined {
  const isOwnPath = /^\/(?![/\\])/.test(sourceUrl);
  if (isOwnPath && publicUrl === undefined) return undefined;
  try {
    const url = isOwnPath ? new URL(sourceUrl, publicUrl) : new URL(sourceUrl);
    const isPlain = url.username === '' && url.password === '';
    return isPlain && (url.protocol === 'https:' || url.protocol === 'http:')
      ? url.href
      : undefined;
  } catch {
    return undefined;
  }
}
