/** The page to which the issuer sends people back. */
import { beginSignIn, finishSignIn, SignInFailed } from '/sign-in.js';

const title = document.getElementById('title');
const reason = document.getElementById('reason');
const again = document.getElementById('again');

const unavailable = 'Signing in is not possible just now. Please try again in a minute.';

/** @param {string} text */
function showFailure(text) {
  title.textContent = 'You are not signed in';
  reason.textContent = text;
  again.hidden = false;
}

again.addEventListener('click', () => {
  beginSignIn('/').catch(() => showFailure(unavailable));
});

try {
  const returnTo = await finishSignIn(new URLSearchParams(location.search));
  // The code in the address is used up; nobody should come back to it.
  location.replace(new URL(returnTo, location.origin));
} catch (error) {
  history.replaceState(null, '', location.pathname);
  showFailure(error instanceof SignInFailed ? error.message : unavailable);
}
