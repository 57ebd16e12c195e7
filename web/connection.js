import { connecting, online, openClient } from './client.js';
import { openSession } from './session.js';
import { SignInEnded } from './sign-in.js';
import { createSubject, toObserver } from './subject.js';

const firstRetryMs = 500;
const longestRetryMs = 15_000;
/** A socket that was out of sight this long is not trusted: a sleeping laptop does not hear that its socket died. */
const untrustedAfterMs = 60_000;
/** A connection that held this long was a good one: the next attempt then comes at once. */
const goodAfterMs = 10_000;
const postWaitsMs = 15_000;

/** @typedef {'connecting' | 'online' | 'reconnecting' | 'offline'} ConnectionState */

/**
 * One lasting connection for Web Chat, made of as many connections of the official client as it takes. The client by
 * itself stays "online" while its socket is closed, waits up to 35 seconds before it tries again, and never gets over an
 * expired token; this one sees the socket close, comes back at once with a new token and the old watermark, and nothing
 * is lost or shown twice. Throws nothing: it goes on trying until `end()`.
 *
 * @param {object} options
 * @param {(options: object) => any} options.createDirectLine  Web Chat's own
 * @param {import('./session.js').Session} options.session  the conversation to begin with
 * @param {(state: ConnectionState) => void} options.onState
 * @param {(session: import('./session.js').Session) => void} options.onOtherConversation  the server knows the old one
 *   no more and opened another
 * @param {() => void} options.onSignInEnded  there is no going on before the person signed in again
 */
export function createConnection({
  createDirectLine,
  session,
  onState,
  onOtherConversation,
  onSignInEnded,
}) {
  const activities = createSubject();
  /** For Web Chat: it would forget what it is just sending if it heard of a break, and need not. */
  const statuses = createSubject(0);
  const isOnline = createSubject(false);
  let latest = session;
  let watermark = '';
  let client;
  let failures = 0;
  let onlineSince = 0;
  let retryTimer;
  /** Counts attempts: an answer that comes after the next attempt began is not wanted any more. */
  let attempt = 0;
  let isStarted = false;

  function report(state) {
    onState(state);
    isOnline.next(state === 'online');
    if (state === 'online') statuses.next(online);
    else if (statuses.value !== online) statuses.next(connecting);
  }

  function drop() {
    attempt += 1;
    clearTimeout(retryTimer);
    watermark = client?.watermark ?? watermark;
    client?.end();
    client = undefined;
  }

  function connect(next) {
    drop();
    latest = next;
    client = openClient({
      createDirectLine,
      session: next,
      watermark,
      onActivity: activities.next,
      onOnline() {
        onlineSince = Date.now();
        report('online');
      },
      onBroken: retry,
    });
  }

  function retry() {
    const wasGood = isOnline.value && Date.now() - onlineSince > goodAfterMs;
    drop();
    if (wasGood) failures = 0;
    report(navigator.onLine ? 'reconnecting' : 'offline');
    const delayMs = Math.min(longestRetryMs, firstRetryMs * 2 ** failures);
    failures += 1;
    // Spread, so that a restarted server does not meet everybody in the same moment.
    retryTimer = setTimeout(reopen, delayMs * (0.5 + Math.random()));
  }

  async function reopen() {
    drop();
    const mine = attempt;
    try {
      const next = await openSession({ conversationId: session.conversationId });
      if (mine !== attempt) return;
      if (next.conversationId === session.conversationId) connect(next);
      else onOtherConversation(next);
    } catch (error) {
      const goOn = error instanceof SignInEnded ? onSignInEnded : retry;
      if (mine === attempt) goOn();
    }
  }

  const stopWatching = watchBrowser({
    isOnline: () => isOnline.value,
    onSleep() {
      drop();
      report('offline');
    },
    onWake() {
      failures = 0;
      if (isStarted) void reopen();
    },
  });

  return {
    connectionStatus$: statuses,
    // The client connects when somebody listens, and so does this.
    activity$: {
      subscribe(observer) {
        const subscription = activities.subscribe(observer);
        if (!isStarted) {
          isStarted = true;
          report('connecting');
          connect(session);
        }
        return subscription;
      },
    },
    postActivity: (activity) => ({
      subscribe: (observer) =>
        postWhenOnline(activity, toObserver(observer), { isOnline, getClient: () => client }),
    }),
    /** Web Chat reads the person's id out of it. */
    get token() {
      return latest.token;
    },
    end() {
      stopWatching();
      drop();
    },
  };
}

/** Hands the activity to whichever client is connected, and gives up where none comes in time. */
function postWhenOnline(activity, observer, { isOnline, getClient }) {
  let posting;
  const impatience = setTimeout(() => {
    waiting.unsubscribe();
    if (posting === undefined) observer.error(new Error('There is no connection'));
  }, postWaitsMs);
  const waiting = isOnline.subscribe((isNowOnline) => {
    const client = getClient();
    if (!isNowOnline || posting !== undefined || client === undefined) return;
    posting = client.post(activity).subscribe({
      next(id) {
        // "retry" is the client's word for "that did not work". Where the token was to blame, the next client takes over;
        // otherwise nobody knows whether the message arrived, and the person decides whether to send it again.
        if (id !== 'retry') observer.next(id);
        else if (client.isExpired) posting = undefined;
        else observer.error(new Error('It was not sent'));
      },
      error: observer.error,
      complete: () => posting !== undefined && observer.complete(),
    });
  });
  return {
    unsubscribe() {
      clearTimeout(impatience);
      waiting.unsubscribe();
      posting?.unsubscribe();
    },
  };
}

/** Tells when the network goes, and when there is reason to connect anew: it came back, or the person did. */
function watchBrowser({ isOnline, onSleep, onWake }) {
  let hiddenSince;
  const lookAtVisibility = () => {
    if (document.visibilityState === 'hidden') {
      hiddenSince = Date.now();
      return;
    }
    const hiddenForMs = hiddenSince === undefined ? 0 : Date.now() - hiddenSince;
    hiddenSince = undefined;
    if (hiddenForMs > untrustedAfterMs || !isOnline()) onWake();
  };
  addEventListener('online', onWake);
  addEventListener('offline', onSleep);
  document.addEventListener('visibilitychange', lookAtVisibility);
  return () => {
    removeEventListener('online', onWake);
    removeEventListener('offline', onSleep);
    document.removeEventListener('visibilitychange', lookAtVisibility);
  };
}
