// Puts the chat on any page: <script src="https://host/embed.js" defer data-title="..." data-position="right"></script>
// Everything lives in a shadow root, so that neither page's styles reach the other's.
((memory) => {
  const script = document.currentScript;
  if (document.querySelector('[data-career-mentor]') !== null) return;

  const { origin } = new URL(script.src);
  const title = script.dataset.title || 'Career Mentor';
  const side = script.dataset.position === 'left' ? 'left' : 'right';
  /** A page that may be shown here has said so before its frame has loaded. */
  const patienceMs = 2000;
  const phone = matchMedia('(max-width: 40rem)');

  const styles = `
    :host { all: initial; }
    * { box-sizing: border-box; }
    .bubble, dialog {
      --paper: #fbfaf7; --line: #dcd8cd; --ink: #22211e; --accent: #1f5f5b; --on-accent: #fff;
      color-scheme: light;
      font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif;
      position: fixed; bottom: 24px; ${side}: 24px; z-index: 2147483000;
    }
    @media (prefers-color-scheme: dark) {
      .bubble, dialog {
        --paper: #181a1a; --line: #363b3b; --ink: #e9e7e1; --accent: #86c5bd; --on-accent: #10211f;
        color-scheme: dark;
      }
    }
    .bubble {
      align-items: center; background: var(--accent); border: 0; border-radius: 50%;
      box-shadow: 0 2px 8px rgb(0 0 0 / 25%); color: var(--on-accent); cursor: pointer;
      display: flex; height: 56px; justify-content: center; padding: 0;
      transition: transform 0.15s; width: 56px;
    }
    .bubble:hover { transform: scale(1.05); }
    .bubble[aria-expanded="true"] { visibility: hidden; }
    svg { fill: none; height: 28px; stroke: currentColor; stroke-linecap: round; stroke-linejoin: round;
      stroke-width: 1.8; width: 28px; }
    :focus-visible { outline: 2px solid var(--accent); outline-offset: 3px; }
    dialog {
      background: var(--paper); border: 1px solid var(--line); border-radius: 16px;
      box-shadow: 0 8px 32px rgb(0 0 0 / 25%); color: var(--ink); flex-direction: column;
      height: min(720px, calc(100dvh - 48px)); left: auto; margin: 0; max-height: none; max-width: none;
      overflow: hidden; padding: 0; right: auto; top: auto; ${side}: 24px; width: min(440px, calc(100vw - 48px));
    }
    dialog[open] { display: flex; }
    @media (max-width: 40rem) {
      dialog { border: 0; border-radius: 0; height: 100dvh; inset: 0; width: 100vw; }
      .close { height: 44px; padding: 12px; width: 44px; }
    }
    header {
      align-items: center; border-bottom: 1px solid var(--line); display: flex; flex: none;
      height: 48px; justify-content: space-between; padding: 0 8px 0 16px;
    }
    h2 { font-size: 16px; font-weight: 600; margin: 0; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
    .close {
      background: none; border: 0; border-radius: 8px; color: inherit; cursor: pointer;
      height: 36px; padding: 8px; width: 36px;
    }
    .close svg { height: 20px; width: 20px; }
    iframe { border: 0; display: block; flex: 1; min-height: 0; width: 100%; }
    .failure { margin: auto; padding: 24px; text-align: center; }
    .failure a { color: var(--accent); }
    [hidden] { display: none; }
    @media (prefers-reduced-motion: reduce) { .bubble { transition: none; } .bubble:hover { transform: none; } }
    @media print { .bubble, dialog { display: none; } }
  `;

  const host = document.createElement('div');
  host.dataset.careerMentor = '';
  const root = host.attachShadow({ mode: 'open' });
  // A constructed sheet passes where a page's own policy forbids inline styles.
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(styles);
  root.adoptedStyleSheets = [sheet];
  root.innerHTML = `
    <button class="bubble" type="button" aria-haspopup="dialog" aria-expanded="false">
      <svg viewBox="0 0 24 24" aria-hidden="true"><path d="M4 5.5h16v11h-8.5L7 20.500v-4H4z"/></svg>
    </button>
    <dialog aria-labelledby="title">
      <header>
        <h2 id="title"></h2>
        <button class="close" type="button" aria-label="Close">
          <svg viewBox="0 0 24 24" aria-hidden="true"><path d="M5 5l14 14M19 5L5 19"/></svg>
        </button>
      </header>
      <p class="failure" role="alert" hidden>
        The chat cannot be shown on this page.<br>
        <a target="_blank" rel="noopener noreferrer">Open it in a new tab</a>
      </p>
    </dialog>`;
  const bubble = root.querySelector('.bubble');
  const dialog = root.querySelector('dialog');
  const failure = root.querySelector('.failure');
  root.querySelector('h2').textContent = title;
  bubble.setAttribute('aria-label', `Open ${title}`);
  root.querySelector('a').href = origin;

  let frame;
  let isReady = false;

  function loadFrame() {
    if (frame !== undefined) return;
    frame = document.createElement('iframe');
    frame.title = title;
    frame.src = `${origin}/?embedded`;
    frame.addEventListener('load', () => {
      setTimeout(() => {
        failure.hidden = isReady;
        frame.hidden = !isReady;
      }, patienceMs);
    });
    dialog.append(frame);
  }

  function focusChat() {
    frame.focus();
    if (isReady) frame.contentWindow.postMessage({ type: 'career-mentor:focus' }, origin);
  }

  function open({ takeFocus }) {
    loadFrame();
    // On a phone it covers the page, which then must not be reached behind it.
    if (phone.matches) {
      dialog.showModal();
      holdPage();
    } else dialog.setAttribute('open', '');
    bubble.setAttribute('aria-expanded', 'true');
    memory.keepOpen(true);
    if (takeFocus) focusChat();
  }

  /** Their page does not scroll away under a dialog that covers it. */
  function holdPage() {
    const { style } = document.documentElement;
    const { overflow } = style;
    style.overflow = 'hidden';
    dialog.addEventListener(
      'close',
      () => {
        style.overflow = overflow;
      },
      { once: true },
    );
  }

  function close() {
    dialog.close();
    bubble.setAttribute('aria-expanded', 'false');
    memory.keepOpen(false);
    bubble.focus();
  }

  bubble.addEventListener('click', () => open({ takeFocus: true }));
  root.querySelector('.close').addEventListener('click', close);
  dialog.addEventListener('cancel', (event) => {
    event.preventDefault();
    close();
  });
  dialog.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') close();
  });
  addEventListener('message', ({ source, origin: sender, data }) => {
    if (frame === undefined || source !== frame.contentWindow || sender !== origin) return;
    if (data?.type === 'career-mentor:close') close();
    if (data?.type !== 'career-mentor:ready') return;
    isReady = true;
    failure.hidden = true;
    frame.hidden = false;
    if (root.activeElement === frame) focusChat();
  });

  document.body.append(host);
  if (memory.wasOpen() && !phone.matches) open({ takeFocus: false });
})({
  storageKey: 'career-mentor-open',

  /** For this visit only: who comes back another day finds the page as its owner made it. */
  keepOpen(isOpen) {
    try {
      sessionStorage.setItem(this.storageKey, isOpen ? 'yes' : 'no');
    } catch {
      // Storage is blocked; the next page begins with the bubble.
    }
  },

  wasOpen() {
    try {
      return sessionStorage.getItem(this.storageKey) === 'yes';
    } catch {
      return false;
    }
  },
});
