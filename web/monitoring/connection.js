/** The line to the server: live figures over a WebSocket that comes back by itself, and calls beside it. */
import { accessToken, endSignIn, isSignInOffered, SignInEnded, signedInName } from '/sign-in.js';

const tokenKey = 'career-mentor-monitoring-token';
const firstWaitMs = 1_000;
const longestWaitMs = 30_000;

/** A token of whoever signed in or pasted one in this tab. Rejects while the issuer cannot be asked for a fresh one. */
async function readToken() {
  if (!isSignInOffered()) return pastedToken();
  return accessToken().catch((error) => {
    // The server then says that there is none.
    if (error instanceof SignInEnded) return undefined;
    throw error;
  });
}

/** Whether this tab has a token, good or not. */
export function isSignedIn() {
  return (isSignInOffered() ? signedInName() : pastedToken()) !== undefined;
}

function pastedToken() {
  try {
    return sessionStorage.getItem(tokenKey) ?? undefined;
  } catch {
    return undefined;
  }
}

/** @param {string | undefined} token  one that was pasted; `undefined` to forget it */
export function keepToken(token) {
  try {
    if (token === undefined) sessionStorage.removeItem(tokenKey);
    else sessionStorage.setItem(tokenKey, token);
  } catch {
    // It holds for nobody then; the page asks again.
  }
}

/** The server was reached and refused. */
export class Refused extends Error {
  /** @param {number} status @param {string} message */
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

/**
 * Calls the server; rejects with Refused where it says no.
 *
 * @param {string} path @param {unknown} [body]
 * @returns {Promise<Response>}
 */
export async function call(path, body) {
  const token = await readToken();
  const response = await fetch(path, {
    method: body === undefined ? 'GET' : 'POST',
    headers: {
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...(body !== undefined && { 'content-type': 'application/json' }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  if (response.ok) return response;
  if (response.status === 401 && isSignInOffered()) endSignIn();
  const problem = await response.json().catch(() => ({}));
  throw new Refused(
    response.status,
    problem.detail ?? problem.title ?? `It answered ${response.status}.`,
  );
}

/**
 * Follows the live figures until it is stopped. After a break it waits a little longer each time, and not at all once the
 * network is back or somebody looks at the page again.
 *
 * @param {{ onMessage: (message: any) => void, onState: (state: 'connecting' | 'live' | 'lost') => void }} listener
 */
export function follow({ onMessage, onState }) {
  let socket;
  let timer;
  let waitMs = firstWaitMs;
  let isStopped = false;
  let isOpening = false;

  const waitAndOpen = () => {
    timer = setTimeout(open, waitMs * (0.5 + Math.random() / 2));
    waitMs = Math.min(longestWaitMs, waitMs * 2);
  };
  const open = async () => {
    clearTimeout(timer);
    if (isStopped || isOpening || socket?.readyState === WebSocket.CONNECTING) return;
    isOpening = true;
    try {
      connect(await readToken());
    } catch {
      onState('lost');
      waitAndOpen();
    }
    isOpening = false;
  };
  /** @param {string | undefined} token */
  const connect = (token) => {
    if (isStopped) return;
    const address = new URL('/monitoring/ws', location.href);
    address.protocol = address.protocol === 'https:' ? 'wss:' : 'ws:';
    const protocols = ['career-mentor.monitoring.v1', ...(token ? [`bearer.${token}`] : [])];
    const opened = new WebSocket(address, protocols);
    socket = opened;
    opened.addEventListener('message', ({ data }) => {
      waitMs = firstWaitMs;
      onState('live');
      onMessage(JSON.parse(data));
    });
    opened.addEventListener('close', () => {
      if (isStopped || socket !== opened) return;
      onState('lost');
      waitAndOpen();
    });
  };
  const openNow = () => {
    if (socket?.readyState !== WebSocket.CLOSED || document.hidden) return;
    waitMs = firstWaitMs;
    void open();
  };
  addEventListener('online', openNow);
  document.addEventListener('visibilitychange', openNow);
  void open();
  return {
    stop() {
      isStopped = true;
      clearTimeout(timer);
      removeEventListener('online', openNow);
      document.removeEventListener('visibilitychange', openNow);
      socket?.close();
    },
  };
}
