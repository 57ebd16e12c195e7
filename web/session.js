import { accessToken, endSignIn } from './sign-in.js';

/**
 * Who this browser is, and which conversation it was in: kept in the browser's own storage, and turned by the server
 * into a short-lived token for one conversation.
 *
 * @typedef {{ resumeToken: string, userId: string, conversationId: string, token: string,
 *   expiresInSeconds: number, isNew: boolean }} Session
 */

const storageKey = 'career-mentor-session';
const timeoutMs = 20_000;

/** The server was reached and refused; `status` says how. Failures of the network keep their own errors. */
export class SessionRefused extends Error {
  /** @param {number} status */
  constructor(status) {
    super(`The server answered ${status}`);
    this.status = status;
  }
}

/**
 * Opens the session of this browser, or of the person who signed in: the conversation asked for, else the last one, else the
 * person's first. Rejects with SignInEnded where the sign-in has run out: nobody becomes a visitor without wanting to.
 *
 * @param {{ conversationId?: string, newConversation?: boolean }} [wish]
 * @returns {Promise<Session>}
 */
export function openSession(wish = {}) {
  // Two tabs opened at once by a new person would otherwise make two persons.
  const locks = navigator.locks;
  return locks === undefined ? open(wish) : locks.request(storageKey, () => open(wish));
}

/** @param {{ conversationId?: string, newConversation?: boolean }} wish */
async function open(wish) {
  const token = await accessToken();
  if (token !== undefined) return openSignedIn(wish, token);
  const kept = readKept();
  let response = await post({ ...kept, ...wish });
  const isRefused = [400, 401, 403, 404].includes(response.status);
  if (isRefused && kept.resumeToken !== undefined) {
    // What was kept is good for nothing any more, so this is a new visitor.
    response = await post({});
  }
  if (!response.ok) throw new SessionRefused(response.status);
  /** @type {Session} */
  const session = await response.json();
  keep({ resumeToken: session.resumeToken, conversationId: session.conversationId });
  return session;
}

/**
 * Whoever signed in is known by that alone, and what this browser kept of its visitor stays as it is.
 *
 * @param {{ conversationId?: string, newConversation?: boolean }} wish @param {string} token
 */
async function openSignedIn(wish, token) {
  const response = await post(wish, token);
  if (response.status === 401) throw endSignIn();
  if (!response.ok) throw new SessionRefused(response.status);
  return response.json();
}

/** @param {object} body @param {string} [token] */
function post(body, token) {
  return fetch('/api/web-chat/session', {
    method: 'POST',
    headers: {
      'Content-Type': 'application/json',
      ...(token !== undefined && { Authorization: `Bearer ${token}` }),
    },
    body: JSON.stringify(body),
    credentials: 'same-origin',
    cache: 'no-store',
    signal: AbortSignal.timeout(timeoutMs),
  });
}

/** Holds what the storage would, where a browser blocks it: then a reload begins anew. */
let keptHere = {};

/** @returns {{ resumeToken?: string, conversationId?: string }} */
function readKept() {
  try {
    const kept = JSON.parse(localStorage.getItem(storageKey) ?? '{}');
    return typeof kept === 'object' && kept !== null ? kept : {};
  } catch {
    return keptHere;
  }
}

/** @param {{ resumeToken: string, conversationId: string }} session */
function keep(session) {
  keptHere = session;
  try {
    localStorage.setItem(storageKey, JSON.stringify(session));
  } catch {
    // Storage is blocked or full; see keptHere.
  }
}
