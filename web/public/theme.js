// Runs before the first paint, so that the page never shows in the wrong theme.
// A file of its own, because the content security policy allows no inline script.
;(function () {
  var chosen = 'system'
  try {
    chosen = localStorage.getItem('trove.theme') || 'system'
  } catch (_) {
    // Storage may be refused; the system's theme is a good answer then.
  }
  var dark = chosen === 'dark' || (chosen !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches)
  document.documentElement.dataset.theme = dark ? 'dark' : 'light'
  try {
    if (localStorage.getItem('trove.density') === 'compact') document.documentElement.dataset.density = 'compact'
  } catch (_) {
    // As it is, then.
  }
})()
