/** Statuses of DirectLineJS. */
export const connecting = 1;
export const online = 2;
const expiredToken = 3;
const failedToConnect = 4;

/** After so many sockets that could not be opened, something between us forbids sockets, and asking in turn must do. */
const socketsTried = 3;
let socketFailures = 0;

/**
 * One connection of the official client. It is good until `onBroken`, which is called once at most; then the client is of
 * no more use, and `end()` frees it.
 *
 * @param {object} options
 * @param {(options: object) => any} options.createDirectLine
 * @param {import('./session.js').Session} options.session
 * @param {string} options.watermark  what the page has seen already
 * @param {(activity: object) => void} options.onActivity
 * @param {() => void} options.onOnline
 * @param {() => void} options.onBroken
 */
export function openClient({
  createDirectLine,
  session,
  watermark,
  onActivity,
  onOnline,
  onBroken,
}) {
  let isOver = false;
  let isExpired = false;
  const unlessOver =
    (act) =>
    (...given) =>
      isOver ? undefined : act(...given);
  const breakOff = unlessOver(() => {
    isOver = true;
    onBroken();
  });

  const directLine = createDirectLine({
    domain: `${location.origin}/v3/directline`,
    token: session.token,
    // Without a conversation the client starts the one of its token; with one it fetches what came before.
    ...(session.isNew ? {} : { conversationId: session.conversationId, watermark }),
    webSocket: socketFailures < socketsTried,
  });
  watchSocket(directLine, breakOff);
  const subscriptions = [
    directLine.connectionStatus$.subscribe(
      unlessOver((status) => {
        if (status === online) onOnline();
        else if (status === expiredToken || status === failedToConnect) {
          isExpired = status === expiredToken;
          breakOff();
        }
      }),
    ),
    directLine.activity$.subscribe({
      next: unlessOver(onActivity),
      error: breakOff,
      complete: breakOff,
    }),
  ];

  return {
    get watermark() {
      return directLine.watermark || watermark;
    },
    /** Whether the server refused the token: then what was posted last was certainly not taken. */
    get isExpired() {
      return isExpired;
    },
    post: (activity) => directLine.postActivity(activity),
    end() {
      isOver = true;
      for (const subscription of subscriptions) subscription.unsubscribe();
      directLine.end();
    },
  };
}

/** Tells when the client's socket closes, which the client keeps to itself. */
function watchSocket(directLine, onClose) {
  directLine.services.WebSocket = class extends WebSocket {
    /** @param {string} url */
    constructor(url) {
      super(url);
      socketFailures += 1;
      this.addEventListener('open', () => {
        socketFailures = 0;
      });
      this.addEventListener('close', () => onClose());
    }
  };
}
