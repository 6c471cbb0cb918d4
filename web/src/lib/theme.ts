import { createKept } from './kept.ts'

export const themes = ['system', 'light', 'dark'] as const
export type Theme = (typeof themes)[number]

const systemIsDark = matchMedia('(prefers-color-scheme: dark)')

/** What was chosen on this device. `public/theme.js` reads the same key before the first paint. */
export const theme = createKept<Theme>('trove.theme', themes, 'system')

systemIsDark.addEventListener('change', apply)
theme.subscribe(apply)

function apply(): void {
  const chosen = theme.get()
  const isDark = chosen === 'dark' || (chosen === 'system' && systemIsDark.matches)
  document.documentElement.dataset['theme'] = isDark ? 'dark' : 'light'
}
