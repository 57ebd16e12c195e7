import { watchToggles } from './card-access.js';
import { createConnection } from './connection.js';
import { keepBeginnings } from './keep-beginning.js';
import { adaptiveCardsHostConfig, strings, styleOptions } from './look.js';
import { createRenderMarkdown, openOwnLinks } from './rendering.js';
import { openSession } from './session.js';
import { SignInEnded } from './sign-in.js';
import { offerSignIn } from './sign-in-button.js';
import { createStage } from './stage.js';

const chat = document.getElementById('chat');
const notice = document.getElementById('notice');
const aboutYou = document.getElementById('about-you');
const newConversation = document.getElementById('new-conversation');
const stage = createStage(document.getElementById('stage'));

/** A break shorter than this is over before anybody could read about it. */
const noticeAfterMs = 1500;
const firstRetryMs = 1000;
const longestRetryMs = 15_000;

const texts = {
  reconnecting: 'The connection was lost. Reconnecting…',
  offline: 'You are offline. The conversation goes on here as soon as the network is back.',
  unreachable: 'The mentor cannot be reached just now. Trying again…',
  notStarted: 'No new conversation could be started. Please try again in a moment.',
  signInEnded:
    'Your sign-in has ended. Sign in again to go on, or reload the page to go on without.',
  noSignIn: 'Signing in is not possible just now. Please try again in a minute.',
  noWebChat:
    'The chat component is missing on this server. Whoever runs it can fetch it with “npm run postinstall”; then reload this page.',
};

const signIn = offerSignIn(document.getElementById('sign-in'), {
  onFailure: () => showNotice(texts.noSignIn),
});

let noticeTimer;
let wantedNotice = '';
let conversation;
let wantsFocus = false;

/** @param {string} text  empty takes the notice away, at once */
function showNotice(text, delayMs = 0) {
  if (text === wantedNotice) return;
  wantedNotice = text;
  clearTimeout(noticeTimer);
  noticeTimer = setTimeout(
    () => {
      notice.textContent = text;
    },
    text === '' ? 0 : delayMs,
  );
}

function showSignInEnded() {
  signIn.refresh();
  showNotice(texts.signInEnded);
}

/** Puts the conversation of a session on the page, in the place of the one before. */
function showConversation(session) {
  conversation?.connection.end();
  const connection = createConnection({
    createDirectLine: WebChat.createDirectLine,
    session,
    onState: (state) => showNotice(texts[state] ?? '', noticeAfterMs),
    onOtherConversation: showConversation,
    onSignInEnded: showSignInEnded,
  });
  const store = WebChat.createStore({}, stage.storeMiddleware);
  conversation = { connection, store };
  const element = document.createElement('div');
  chat.replaceChildren(element);
  WebChat.renderWebChat(
    {
      adaptiveCardsHostConfig,
      cardActionMiddleware: openOwnLinks,
      directLine: connection,
      locale: 'en-US',
      nonce: chat.dataset.styleNonce,
      overrideLocalizedStrings: strings,
      renderMarkdown: createRenderMarkdown(WebChat.renderMarkdown),
      role: 'main',
      store,
      styleOptions,
      typingIndicatorMiddleware: stage.typingIndicatorMiddleware,
      userID: session.userId,
    },
    element,
  );
  aboutYou.disabled = false;
  newConversation.disabled = false;
  if (wantsFocus) focusComposer();
}

/** Asked for before there is a composer, the focus goes there as soon as there is one. */
function focusComposer() {
  const composer = chat.querySelector('.webchat__send-box textarea');
  wantsFocus = composer === null;
  composer?.focus();
}

aboutYou.addEventListener('click', () => {
  conversation.store.dispatch({
    type: 'WEB_CHAT/SEND_MESSAGE',
    payload: { method: 'keyboard', text: 'profile' },
  });
  focusComposer();
});

newConversation.addEventListener('click', async () => {
  newConversation.disabled = true;
  try {
    showConversation(await openSession({ newConversation: true }));
    focusComposer();
  } catch (error) {
    if (error instanceof SignInEnded) showSignInEnded();
    else showNotice(texts.notStarted);
    newConversation.disabled = false;
  }
});

watchToggles(chat);
keepBeginnings(chat);

async function start() {
  for (let retryMs = firstRetryMs; ; retryMs = Math.min(longestRetryMs, retryMs * 2)) {
    try {
      showConversation(await openSession());
      return;
    } catch (error) {
      if (error instanceof SignInEnded) return showSignInEnded();
      showNotice(navigator.onLine ? texts.unreachable : texts.offline);
      await new Promise((resolve) => {
        setTimeout(resolve, retryMs);
        addEventListener('online', resolve, { once: true });
      });
    }
  }
}

/** What the page and the script of another site that shows it say to each other: nothing that anybody could misuse. */
function talkToEmbeddingPage() {
  document.documentElement.dataset.embedded = '';
  const say = (type) => parent.postMessage({ type: `career-mentor:${type}` }, '*');
  addEventListener('message', ({ source, data }) => {
    if (source === parent && data?.type === 'career-mentor:focus') focusComposer();
  });
  addEventListener('keydown', (event) => {
    const isForDialog = document.querySelector('dialog[open]') !== null;
    if (event.key === 'Escape' && !event.defaultPrevented && !isForDialog) say('close');
  });
  say('ready');
}

if (parent !== window && new URL(location.href).searchParams.has('embedded')) talkToEmbeddingPage();
// A deferred script and a module run in their order on the page, so the bundle is there by now or will never be.
if (globalThis.WebChat === undefined) showNotice(texts.noWebChat);
else void start();
