import { WebAPIPlatformError } from '@slack/web-api';
import * as z from 'zod';

/** The permissions that the bot's token needs, each with what goes without it; the app manifest asks for the same. */
export const neededScopes = {
  'app_mentions:read': 'mentions in channels',
  'assistant:write': 'the status line and suggested prompts',
  'channels:history': 'replies in the threads of channels',
  'chat:write': 'every answer',
  commands: '/mentor',
  'files:read': 'files that people send',
  'files:write': 'the export of a person’s data as a file',
  'groups:history': 'replies in the threads of private channels',
  'im:history': 'direct messages',
  'im:write': 'answers to /mentor',
  'mpim:history': 'messages in groups',
} as const;

const refusedTokens: Readonly<Record<string, string>> = {
  invalid_auth: 'it is not valid',
  not_authed: 'none was sent',
  account_inactive: 'the app was removed, or its workspace is gone',
  token_revoked: 'it was revoked',
  token_expired: 'it has expired',
  org_login_required: 'the workspace is being moved into an organisation',
};

const refusal = z.object({ error: z.string(), needed: z.string().optional() });

/** What the operator has to do about a refused call, in one line; `undefined` where it is nothing of theirs. */
export function accessProblem(error: unknown): string | undefined {
  if (!(error instanceof WebAPIPlatformError)) return undefined;
  const { error: code, needed } = refusal.parse(error.data);
  if (code === 'missing_scope')
    return `Slack: SLACK_BOT_TOKEN lacks the scope ${needed ?? 'that this call needs'}; add it under OAuth & Permissions, reinstall the app and set the new token.`;
  const reason = refusedTokens[code];
  return reason === undefined
    ? undefined
    : `Slack: SLACK_BOT_TOKEN is refused (${code}): ${reason}; reinstall the app and set its new token.`;
}

/** What a token lacks, in one line, out of the scopes that Slack says it has. */
export function missingScopes(scopes: readonly string[] | undefined): string | undefined {
  if (scopes === undefined) return undefined;
  const missing = Object.entries(neededScopes).filter(([scope]) => !scopes.includes(scope));
  if (missing.length === 0) return undefined;
  const listed = missing.map(([scope, use]) => `${scope} (${use})`).join(', ');
  return `Slack: SLACK_BOT_TOKEN lacks the ${missing.length === 1 ? 'scope' : 'scopes'} ${listed}; add ${missing.length === 1 ? 'it' : 'them'} under OAuth & Permissions, reinstall the app and set the new token.`;
}
