import { createKept } from './kept.ts'

const densities = ['comfortable', 'compact'] as const
export type Density = (typeof densities)[number]

/** How close things stand, as chosen on this device. `public/theme.js` reads the same key before the first paint. */
export const density = createKept<Density>('trove.density', densities, 'comfortable')

density.subscribe(apply)

function apply(): void {
  document.documentElement.dataset['density'] = density.get()
}
