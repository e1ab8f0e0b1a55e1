// The remembered theme, or the system's. src/app/theme.ts keeps it up to date afterwards.
(function () {
  var stored = null;
  try {
    stored = window.localStorage.getItem('switchboard.theme');
  } catch {
    // Storage may be switched off; the system's theme is used then.
  }
  var dark = stored === 'dark' || (stored !== 'light' && window.matchMedia('(prefers-color-scheme: dark)').matches);
  document.documentElement.classList.toggle('dark', dark);
})();
