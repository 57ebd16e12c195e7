/**
 * Signing in at the issuer of the settings as a public client: OpenID Connect's authorization code flow with PKCE, by
 * https://www.rfc-editor.org/rfc/rfc9700#section-2.1 and https://openid.net/specs/openid-connect-core-1_0.html.
 *
 * The tokens lie in the tab's session storage. In the page's memory alone they would be gone with every reload, the one on the
 * way back from the issuer first; in the local storage they would outlive the visit on a shared computer. Only scripts of this
 * origin can read them, and the pages' policy lets none run but our own.
 */

/**
 * @typedef {{ accessToken: string, refreshToken?: string, idToken: string, expiresAtMs: number, name: string }} Tokens
 * @typedef {{ state: string, nonce: string, verifier: string, returnTo: string }} Attempt
 * @typedef {{ issuer: string, namesItself: boolean, clientId: string, scope: string, parameters: Record<string, string>,
 *   authorizationEndpoint: string, tokenEndpoint: string, endSessionEndpoint?: string,
 *   revocationEndpoint?: string }} SignInSettings
 */

const tokensKey = 'career-mentor-sign-in';
const attemptKey = 'career-mentor-sign-in-attempt';
const timeoutMs = 20_000;
/** A token that is good for less is renewed before it is used. */
const leastLeftMs = 30_000;
/** Where the issuer does not say how long a token is good for. */
const usualLifetimeSeconds = 300;
/** What the issuer's clock and this machine's may differ by. */
const clockToleranceMs = 300_000;

/** Whoever was signed in has to sign in again. */
export class SignInEnded extends Error {}

/** The sign-in came to nothing; the message is for the person. */
export class SignInFailed extends Error {}

/** Until the page is loaded anew nobody goes on as a visitor unasked. */
let hasEnded = false;
/** @type {Promise<Tokens> | undefined} */
let renewing;

/** Whether people can sign in on this page: the server offers it, and the browser can; issuers let nobody show them in a frame. */
export function isSignInOffered() {
  return (
    document.documentElement.dataset.signIn === 'on' && isSecureContext && window.parent === window
  );
}

/** What the issuer calls whoever is signed in in this tab; `undefined` where nobody is. */
export function signedInName() {
  return readTokens()?.name;
}

/**
 * A token that is good for a while, renewed where it has to be; `undefined` where nobody signed in. Rejects with SignInEnded
 * where it cannot be renewed any more, and with other errors where that may work later.
 *
 * @returns {Promise<string | undefined>}
 */
export async function accessToken() {
  if (hasEnded) throw new SignInEnded();
  const tokens = readTokens();
  if (tokens === undefined) return undefined;
  if (tokens.expiresAtMs - Date.now() > leastLeftMs) return tokens.accessToken;
  renewing ??= renew(tokens).finally(() => {
    renewing = undefined;
  });
  return (await renewing).accessToken;
}

/** Forgets a sign-in that is good for nothing any more; gives the error to throw. */
export function endSignIn() {
  hasEnded = true;
  remove(tokensKey);
  return new SignInEnded();
}

/**
 * Leaves for the issuer, who sends the person back to `/sign-in`, and from there they come to the given path of this site.
 *
 * @param {string} returnTo @param {{ prompt?: 'login' }} [wish]  `login` asks again who they are
 */
export async function beginSignIn(returnTo, wish = {}) {
  const settings = await readSettings();
  const attempt = { state: randomText(), nonce: randomText(), verifier: randomText(), returnTo };
  sessionStorage.setItem(attemptKey, JSON.stringify(attempt));
  location.assign(
    withQuery(settings.authorizationEndpoint, {
      ...settings.parameters,
      ...wish,
      response_type: 'code',
      client_id: settings.clientId,
      redirect_uri: redirectUri(),
      scope: settings.scope,
      state: attempt.state,
      nonce: attempt.nonce,
      code_challenge: await challengeOf(attempt.verifier),
      code_challenge_method: 'S256',
    }),
  );
}

/**
 * Takes what the issuer sent the person back with; resolves to the path to go on to. Rejects with SignInFailed.
 *
 * @param {URLSearchParams} answer
 */
export async function finishSignIn(answer) {
  const attempt = /** @type {Attempt | undefined} */ (read(attemptKey));
  // It is good once.
  remove(attemptKey);
  const state = single(answer, 'state');
  if (attempt === undefined || state === undefined || state !== attempt.state)
    throw new SignInFailed('This sign-in was not begun here, or was finished already.');
  const settings = await readSettings();
  const issuer = single(answer, 'iss');
  // https://www.rfc-editor.org/rfc/rfc9207#section-2.4: an answer of another issuer is not taken to this one.
  if (issuer === undefined ? settings.namesItself : issuer !== settings.issuer)
    throw new SignInFailed('That answer did not come from the right place.');
  const code = single(answer, 'code');
  if (code === undefined)
    throw new SignInFailed(
      single(answer, 'error') === 'access_denied'
        ? 'You did not sign in, or may not.'
        : 'The sign-in was refused.',
    );
  const granted = await askForTokens(settings, {
    grant_type: 'authorization_code',
    code,
    redirect_uri: redirectUri(),
    code_verifier: attempt.verifier,
  }).catch(() => {
    throw new SignInFailed('The sign-in could not be finished.');
  });
  const claims = readClaims(granted.id_token);
  if (!isForUs(claims, settings) || claims.nonce !== attempt.nonce)
    throw new SignInFailed('That answer was not meant for this sign-in.');
  write(tokensKey, toTokens(granted, { idToken: granted.id_token, name: nameIn(claims) }));
  return attempt.returnTo;
}

/** Forgets the person here and, as far as the issuer offers it, there; leaves the page. */
export async function signOut() {
  const tokens = readTokens();
  remove(tokensKey);
  const settings = await readSettings().catch(() => undefined);
  if (tokens?.refreshToken !== undefined && settings?.revocationEndpoint !== undefined)
    // https://www.rfc-editor.org/rfc/rfc7009; where it fails, the token ends by itself.
    await post(settings.revocationEndpoint, {
      token: tokens.refreshToken,
      token_type_hint: 'refresh_token',
      client_id: settings.clientId,
    }).catch(() => undefined);
  const home = `${location.origin}/`;
  location.assign(
    tokens === undefined || settings?.endSessionEndpoint === undefined
      ? home
      : withQuery(settings.endSessionEndpoint, {
          id_token_hint: tokens.idToken,
          client_id: settings.clientId,
          post_logout_redirect_uri: home,
        }),
  );
}

/** @param {Tokens} tokens @returns {Promise<Tokens>} */
async function renew(tokens) {
  if (tokens.refreshToken === undefined) throw endSignIn();
  const granted = await askForTokens(await readSettings(), {
    grant_type: 'refresh_token',
    refresh_token: tokens.refreshToken,
  });
  // Whoever signed out meanwhile stays signed out.
  if (readTokens() === undefined) throw endSignIn();
  const renewed = toTokens(granted, tokens);
  write(tokensKey, renewed);
  return renewed;
}

/** Rejects with SignInEnded where the issuer gives nothing for what it is shown. */
async function askForTokens(settings, grant) {
  const { resource, audience } = settings.parameters;
  const response = await post(settings.tokenEndpoint, {
    client_id: settings.clientId,
    ...(resource !== undefined && { resource }),
    ...(audience !== undefined && { audience }),
    ...grant,
  });
  // https://www.rfc-editor.org/rfc/rfc6749#section-5.2
  if (response.status === 400 || response.status === 401) throw endSignIn();
  if (!response.ok) throw new Error(`The issuer answered ${response.status}`);
  const granted = await response.json();
  if (typeof granted.access_token !== 'string') throw new Error('The issuer gave no token');
  return granted;
}

/** @returns {Promise<SignInSettings>} */
async function readSettings() {
  const response = await fetch('/sign-in/settings', { signal: AbortSignal.timeout(timeoutMs) });
  if (!response.ok) throw new Error(`The server answered ${response.status}`);
  return response.json();
}

/** @param {string} address @param {Record<string, string>} fields */
function post(address, fields) {
  return fetch(address, {
    method: 'POST',
    body: new URLSearchParams(fields),
    credentials: 'omit',
    cache: 'no-store',
    signal: AbortSignal.timeout(timeoutMs),
  });
}

/** @returns {Tokens} what was granted now, with what is known from before */
function toTokens(granted, known) {
  return {
    refreshToken: known.refreshToken,
    idToken: known.idToken,
    name: known.name,
    accessToken: granted.access_token,
    // A new one with each renewal, where the issuer rotates them.
    ...(typeof granted.refresh_token === 'string' && { refreshToken: granted.refresh_token }),
    expiresAtMs: Date.now() + (granted.expires_in ?? usualLifetimeSeconds) * 1000,
  };
}

/**
 * The token came straight from the issuer over TLS, which stands in for its signature:
 * https://openid.net/specs/openid-connect-core-1_0.html#IDTokenValidation, number 6.
 */
function readClaims(idToken) {
  try {
    const [, body] = idToken.split('.');
    const bytes = Uint8Array.from(atob(body.replaceAll('-', '+').replaceAll('_', '/')), (letter) =>
      letter.charCodeAt(0),
    );
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    throw new SignInFailed('The issuer did not say who you are.');
  }
}

function isForUs({ iss, aud, azp, exp }, { issuer, clientId }) {
  const audiences = [aud].flat();
  return (
    iss === issuer &&
    audiences.includes(clientId) &&
    (azp === undefined ? audiences.length === 1 : azp === clientId) &&
    exp * 1000 > Date.now() - clockToleranceMs
  );
}

function nameIn({ name, preferred_username: username, email }) {
  return [name, username, email].find((given) => typeof given === 'string' && given !== '') ?? '';
}

const redirectUri = () => `${location.origin}/sign-in`;

/** @param {string} address @param {Record<string, string>} parameters */
function withQuery(address, parameters) {
  const url = new URL(address);
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
  return url.href;
}

/** Its one value; `undefined` where it comes twice: https://www.rfc-editor.org/rfc/rfc6749#section-3.1 */
function single(parameters, name) {
  const values = parameters.getAll(name);
  return values.length === 1 ? values[0] : undefined;
}

/** 256 random bits, as long as a verifier has to be: https://www.rfc-editor.org/rfc/rfc7636#section-4.1 */
const randomText = () => toBase64Url(crypto.getRandomValues(new Uint8Array(32)));

async function challengeOf(verifier) {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(verifier));
  return toBase64Url(new Uint8Array(digest));
}

/** @param {Uint8Array} bytes */
function toBase64Url(bytes) {
  return btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');
}

/** @returns {Tokens | undefined} */
function readTokens() {
  const tokens = read(tokensKey);
  return typeof tokens?.accessToken === 'string' ? tokens : undefined;
}

function read(key) {
  try {
    return JSON.parse(sessionStorage.getItem(key) ?? 'null') ?? undefined;
  } catch {
    return undefined;
  }
}

function write(key, value) {
  sessionStorage.setItem(key, JSON.stringify(value));
}

function remove(key) {
  try {
    sessionStorage.removeItem(key);
  } catch {
    // Where nothing can be kept, nothing is.
  }
}
