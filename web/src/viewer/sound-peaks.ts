/** So much of a bar is there where there is silence: a line shows that something plays. */
const LEAST = 1
const GAP = 0.3

/**
 * A path of bars, each as high above its middle as below, in a box of `bars` × 100.
 *
 * @param peaks  0 to 255, at equal distances
 */
export function pathOfPeaks(peaks: Uint8Array, bars: number): string {
  const loudest = peaks.reduce((most, peak) => Math.max(most, peak), 1)
  const parts: string[] = []
  for (let bar = 0; bar < bars; bar++) {
    const from = Math.floor((bar * peaks.length) / bars)
    const to = Math.max(from + 1, Math.floor(((bar + 1) * peaks.length) / bars))
    let peak = 0
    for (let i = from; i < Math.min(to, peaks.length); i++) peak = Math.max(peak, peaks[i] ?? 0)
    const half = Math.max(LEAST, Math.round((peak / loudest) * 48 * 10) / 10)
    parts.push(`M${bar} ${50 - half}h${1 - GAP}v${2 * half}h${GAP - 1}z`)
  }
  return parts.join('')
}
