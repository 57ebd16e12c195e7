/** The kinds of files that people may send, and the extension under which each is kept. */
const extensions = {
  'image/png': 'png',
  'image/jpeg': 'jpg',
  'image/gif': 'gif',
  'image/webp': 'webp',
  'application/pdf': 'pdf',
  'text/plain': 'txt',
  'text/markdown': 'md',
  'application/vnd.openxmlformats-officedocument.wordprocessingml.document': 'docx',
} as const;

/** The extension for an accepted content type; `undefined` for any other, such as HTML and SVG, which can carry script. */
export function extensionFor(contentType: string): string | undefined {
  return Object.entries(extensions).find(([accepted]) => accepted === contentType)?.[1];
}

/** The content type that a kept file is served with. */
export function contentTypeFor(extension: string): string | undefined {
  return Object.entries(extensions).find(([, kept]) => kept === extension)?.[0];
}
