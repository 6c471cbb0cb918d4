/** Of the picture that the hash is made of, in pixels. */
export const SIDE = 32
const KEPT = 8
/** Below this standard deviation, of 255, a picture is plain: its hash would be that of its noise. */
const PLAIN = 4

/** How much of each slow wave there is in a row of `SIDE` values: the first coefficients of a cosine transform. */
const WAVES = Array.from({ length: KEPT + 1 }, (_, wave) =>
  Array.from({ length: SIDE }, (_, at) => Math.cos(((2 * at + 1) * wave * Math.PI) / (2 * SIDE))),
)

/**
 * 64 bits, `0` and `1`, of which a picture made smaller, brighter or of lower quality has nearly all: whether there is
 * more or less than the middle of each slow wave of light and dark. Undefined of what is plain.
 *
 * @param grey `SIDE` x `SIDE` values from 0 to 255
 */
export function perceptualHash(grey: readonly number[]): string | undefined {
  const mean = grey.reduce((sum, value) => sum + value, 0) / grey.length
  const variance = grey.reduce((sum, value) => sum + (value - mean) ** 2, 0) / grey.length
  if (Math.sqrt(variance) < PLAIN) return undefined
  const rows = Array.from({ length: SIDE }, (_, y) =>
    WAVES.map((wave) => wave.reduce((sum, cosine, x) => sum + cosine * (grey[y * SIDE + x] ?? 0), 0)),
  )
  const waves: number[] = []
  for (let down = 0; down < KEPT; down++) {
    for (let across = 0; across < KEPT; across++) {
      // The first says how bright the whole is; the wave behind the last of its row stands in for it.
      const along = down === 0 && across === 0 ? KEPT : across
      waves.push((WAVES[down] ?? []).reduce((sum, cosine, y) => sum + cosine * (rows[y]?.[along] ?? 0), 0))
    }
  }
  const sorted = waves.toSorted((a, b) => a - b)
  const middle = ((sorted[waves.length / 2 - 1] ?? 0) + (sorted[waves.length / 2] ?? 0)) / 2
  return waves.map((wave) => (wave > middle ? '1' : '0')).join('')
}
