// Runs before the page is painted, so that nobody who chose dark sees a flash of light; hence no module.
(() => {
  const key = 'career-mentor-theme';
  const root = document.documentElement;

  const readChoice = () => {
    try {
      return localStorage.getItem(key);
    } catch {
      return null; // Storage is blocked, as in some frames: the system's choice stands.
    }
  };
  const isDark = () =>
    root.dataset.theme === undefined
      ? matchMedia('(prefers-color-scheme: dark)').matches
      : root.dataset.theme === 'dark';

  const choice = readChoice();
  if (choice === 'light' || choice === 'dark') root.dataset.theme = choice;

  document.addEventListener('DOMContentLoaded', () => {
    const toggle = document.getElementById('theme-toggle');
    if (toggle === null) return;
    const describe = () => toggle.setAttribute('aria-pressed', String(isDark()));
    describe();
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', describe);
    toggle.addEventListener('click', () => {
      root.dataset.theme = isDark() ? 'light' : 'dark';
      describe();
      try {
        localStorage.setItem(key, root.dataset.theme);
      } catch {
        // It holds for this visit.
      }
    });
  });
})();
