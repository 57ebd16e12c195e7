import { beginSignIn, isSignInOffered, signedInName, signOut } from './sign-in.js';

/**
 * Makes a button sign people in, and out again, where the server offers it; else it stays hidden.
 *
 * @param {HTMLButtonElement} button @param {{ onFailure: () => void }} listener
 */
export function offerSignIn(button, { onFailure }) {
  const refresh = () => {
    const name = signedInName();
    button.hidden = !isSignInOffered();
    button.textContent = name === undefined ? 'Sign in' : 'Sign out';
    button.title = name ? `Signed in as ${name}` : '';
  };
  button.addEventListener('click', async () => {
    button.disabled = true;
    try {
      await (signedInName() === undefined ? beginSignIn('/') : signOut());
    } catch {
      onFailure();
    }
    button.disabled = false;
  });
  // The way back from the issuer may show the page as it was when it was left.
  addEventListener('pageshow', refresh);
  refresh();
  return { refresh };
}
