/** The line to the server: live figures over a WebSocket that comes back by itself, and calls beside it. */

const tokenKey = 'career-mentor-monitoring-token';
const firstWaitMs = 1_000;
const longestWaitMs = 30_000;

/** The token of this tab, if somebody signed in. */
export function readToken() {
  try {
    return sessionStorage.getItem(tokenKey) ?? undefined;
  } catch {
    return undefined;
  }
}

/** @param {string | undefined} token */
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
  const token = readToken();
  const response = await fetch(path, {
    method: body === undefined ? 'GET' : 'POST',
    headers: {
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...(body !== undefined && { 'content-type': 'application/json' }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  if (response.ok) return response;
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

  const open = () => {
    clearTimeout(timer);
    if (isStopped || socket?.readyState === WebSocket.CONNECTING) return;
    const token = readToken();
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
      timer = setTimeout(open, waitMs * (0.5 + Math.random() / 2));
      waitMs = Math.min(longestWaitMs, waitMs * 2);
    });
  };
  const openNow = () => {
    if (socket?.readyState !== WebSocket.CLOSED || document.hidden) return;
    waitMs = firstWaitMs;
    open();
  };
  addEventListener('online', openNow);
  document.addEventListener('visibilitychange', openNow);
  open();
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
