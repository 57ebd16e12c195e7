import type { Config } from '#config.ts';
import { MentorError } from '#errors.ts';
import { type Check, type Finding, hostOf } from './check.ts';

/** Where Bot Framework itself gets its tokens. */
const publicLogin = 'https://login.microsoftonline.com';
const scope = 'https://api.botframework.com/.default';

/** Whether the bot's registration gives a token, as Bot Framework asks for one; nothing where there is no registration. */
export function botChecks({ botFramework }: Config, loginUrl = publicLogin): Check[] {
  if (botFramework.appId === '') return [];
  const isIdentity = botFramework.appType === 'UserAssignedMSI';
  return [
    {
      name: 'Bot Framework',
      tried: `a token for the app ${botFramework.appId} from ${isIdentity ? 'the managed identity' : hostOf(loginUrl)}`,
      setting: 'MicrosoftAppId',
      ...(isIdentity ? {} : { address: loginUrl }),
      run: (signal) =>
        isIdentity
          ? askIdentity(botFramework.appId, signal)
          : askLogin(botFramework, loginUrl, signal),
    },
  ];
}

async function askIdentity(clientId: string, abortSignal: AbortSignal): Promise<Finding> {
  const { ManagedIdentityCredential } = await import('@azure/identity');
  try {
    await new ManagedIdentityCredential({ clientId }).getToken(scope, { abortSignal });
    return received;
  } catch {
    const message =
      'this machine gives no token for that managed identity; assign it to the machine, or check MicrosoftAppId and MicrosoftAppType.';
    return { status: 'failed', message, setting: 'MicrosoftAppId' };
  }
}

const received: Finding = { status: 'ok', message: 'it was given' };

async function askLogin(
  { appId, appPassword, appType, tenantId }: Config['botFramework'],
  loginUrl: string,
  signal: AbortSignal,
): Promise<Finding> {
  const tenant = appType === 'MultiTenant' ? 'botframework.com' : tenantId;
  const response = await fetch(`${loginUrl}/${encodeURIComponent(tenant)}/oauth2/v2.0/token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: appId,
      client_secret: appPassword,
      scope,
    }),
    signal,
  }).catch((error: unknown) => {
    throw new MentorError('internal', 'the sign-in service cannot be reached.', { cause: error });
  });
  const { access_token: token, error_codes: codes = [] } = await readJson(response);
  if (response.ok && typeof token === 'string') return received;
  return { status: 'failed', ...explain(response.status, codes) };
}

interface LoginAnswer {
  readonly access_token?: unknown;
  readonly error_codes?: readonly number[];
}

async function readJson(response: Response): Promise<LoginAnswer> {
  try {
    return (await response.json()) as LoginAnswer;
  } catch {
    return {};
  }
}

/** https://learn.microsoft.com/entra/identity-platform/reference-error-codes */
const explanations = new Map<number, Pick<Finding, 'message' | 'setting'>>([
  [
    700016,
    {
      message:
        'there is no such app in this tenant; check MicrosoftAppId and MicrosoftAppTenantId.',
      setting: 'MicrosoftAppId',
    },
  ],
  [
    7000215,
    {
      message:
        'the secret is wrong; check MicrosoftAppPassword, which is the value of the client secret and not its id.',
      setting: 'MicrosoftAppPassword',
    },
  ],
  [
    7000222,
    {
      message: 'the secret has expired; make a new one, and set MicrosoftAppPassword.',
      setting: 'MicrosoftAppPassword',
    },
  ],
  ...[90002, 900023].map(
    (code) =>
      [
        code,
        {
          message: 'there is no such tenant; check MicrosoftAppTenantId.',
          setting: 'MicrosoftAppTenantId',
        },
      ] as const,
  ),
]);

function explain(status: number, codes: readonly number[]): Pick<Finding, 'message' | 'setting'> {
  const known = codes.map((code) => explanations.get(code)).find((found) => found !== undefined);
  const said = [`status ${status}`, ...codes.map((code) => `AADSTS${code}`)].join(', ');
  return (
    known ?? {
      message: `no token was given (${said}); check MicrosoftAppId, MicrosoftAppPassword, MicrosoftAppType and MicrosoftAppTenantId.`,
      setting: 'MicrosoftAppId',
    }
  );
}
