import { createHmac } from 'node:crypto';

export const signingSecret = 'a signing secret for tests';

export interface SlackSender {
  /** Sends a body as Slack does, signed; headers may be changed, and `undefined` takes one away. */
  post(
    path: string,
    body: string,
    headers?: Readonly<Record<string, string | undefined>>,
  ): Promise<Response>;
  /** Delivers one event of the Events API. */
  event(event: object, delivery?: object): Promise<Response>;
  /** Sends a pressed button or a window that was sent off. */
  interaction(payload: object): Promise<Response>;
  command(fields: Readonly<Record<string, string>>): Promise<Response>;
}

/** The headers under which Slack would send this body at this time. */
export function signatureHeaders(
  body: string,
  { secret = signingSecret, now = new Date() }: { secret?: string; now?: Date } = {},
): Record<string, string> {
  const timestamp = String(Math.floor(now.getTime() / 1_000));
  const digest = createHmac('sha256', secret).update(`v0:${timestamp}:${body}`).digest('hex');
  return { 'x-slack-request-timestamp': timestamp, 'x-slack-signature': `v0=${digest}` };
}

/** Plays the part of Slack towards our routes. */
export function createSlackSender(url: string, teamId: string, botUserId: string): SlackSender {
  let deliveries = 0;
  const post: SlackSender['post'] = (path, body, changes = {}) => {
    const headers: Record<string, string | undefined> = {
      'content-type': 'application/json',
      ...signatureHeaders(body),
      ...changes,
    };
    const given = Object.entries(headers).filter(
      (header): header is [string, string] => header[1] !== undefined,
    );
    return fetch(`${url}/api/slack/${path}`, { method: 'POST', headers: given, body });
  };
  const form = 'application/x-www-form-urlencoded';
  return {
    post,
    event(event, delivery = {}) {
      deliveries += 1;
      const body = JSON.stringify({
        type: 'event_callback',
        token: 'not used',
        team_id: teamId,
        api_app_id: 'A0APP',
        event_id: `Ev${deliveries}`,
        event_time: Math.floor(Date.now() / 1_000),
        authorizations: [{ team_id: teamId, user_id: botUserId, is_bot: true }],
        event,
        ...delivery,
      });
      return post('events', body);
    },
    interaction(payload) {
      const body = new URLSearchParams({ payload: JSON.stringify(payload) }).toString();
      return post('interactions', body, { 'content-type': form });
    },
    command(fields) {
      return post('commands', new URLSearchParams(fields).toString(), { 'content-type': form });
    },
  };
}
