import { randomFrom } from '../random.ts'

/** Where each journey went, by its days. What is drawn in a studio has no place. Degrees, north and east positive. */
const journeys: readonly { days: RegExp; latitude: number; longitude: number }[] = [
  { days: /^2025-02/, latitude: 57.08, longitude: -3.67 },
  { days: /^2025-05-02|^2026-04-03/, latitude: 41.14, longitude: -8.61 },
  { days: /^2025-06/, latitude: 57.27, longitude: -5.03 },
  { days: /^2025-07/, latitude: 68.21, longitude: 14.57 },
  { days: /^2025-09-11/, latitude: 37.2, longitude: -110.87 },
  { days: /^2025-09-12/, latitude: -24.73, longitude: 15.29 },
  { days: /^2025-10/, latitude: 57.05, longitude: -3.9 },
  { days: /^2025-12/, latitude: 51.92, longitude: 4.48 },
  { days: /^2026-04-2/, latitude: 45.83, longitude: 7.42 },
]
/** A few kilometres, as somebody walks in a day. */
const SPREAD_DEGREES = 0.06

/** Where a photograph was taken, always the same; nothing where it has no place. */
export function placeOf(name: string, takenAt: string): { latitude: number; longitude: number } | undefined {
  const journey = journeys.find(({ days }) => days.test(takenAt))
  if (journey === undefined) return undefined
  const random = randomFrom(`place ${name}`)
  const near = (degrees: number) => degrees + (random() - 0.5) * SPREAD_DEGREES
  return { latitude: near(journey.latitude), longitude: near(journey.longitude) }
}
