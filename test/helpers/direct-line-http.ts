/** The fields of a web chat session's answer. */
export interface WebChatSession {
  readonly resumeToken: string;
  readonly userId: string;
  readonly conversationId: string;
  readonly token: string;
  readonly expiresInSeconds: number;
  readonly isNew: boolean;
}

/** Opens a session as the chat page does. */
export async function openSession(
  url: string,
  body: Readonly<Record<string, unknown>> = {},
): Promise<WebChatSession> {
  const signal = AbortSignal.timeout(30_000);
  const response = await postJson(`${url}/api/web-chat/session`, body, { signal });
  return (await response.json()) as WebChatSession;
}

/** Posts JSON, with a bearer token where one is given. */
export function postJson(
  url: string,
  body: unknown,
  {
    token,
    headers = {},
    signal,
  }: { token?: string; headers?: Record<string, string>; signal?: AbortSignal } = {},
): Promise<Response> {
  return fetch(url, {
    method: 'POST',
    ...(signal && { signal }),
    headers: {
      'content-type': 'application/json',
      ...(token && { authorization: `Bearer ${token}` }),
      ...headers,
    },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
}

/** The status and the service's error code of an answer. */
export async function statusAndCode(response: Response): Promise<[number, string]> {
  const { error } = (await response.json()) as { error: { code: string } };
  return [response.status, error.code];
}
