export interface ReceivedEvent {
  readonly id: string;
  readonly event: string;
  readonly data: Record<string, unknown>;
}

/** The server-sent events of an answer, as they come; comments are given as events named `:`. */
export async function* readEvents(response: Response): AsyncGenerator<ReceivedEvent> {
  let text = '';
  const decoder = new TextDecoder();
  for await (const chunk of response.body ?? []) {
    text += decoder.decode(chunk as Uint8Array, { stream: true });
    for (let end = text.indexOf('\n\n'); end !== -1; end = text.indexOf('\n\n')) {
      yield readBlock(text.slice(0, end));
      text = text.slice(end + 2);
    }
  }
}

function readBlock(block: string): ReceivedEvent {
  const field = (name: string) =>
    block
      .split('\n')
      .filter((line) => line.startsWith(`${name}: `))
      .map((line) => line.slice(name.length + 2))
      .join('\n');
  if (block.startsWith(':')) return { id: '', event: ':', data: {} };
  return { id: field('id'), event: field('event'), data: JSON.parse(field('data') || '{}') };
}
