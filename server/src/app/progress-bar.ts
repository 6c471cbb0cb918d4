/** How far something is that takes a while. */
export type Standing = { done: number; total: number }

export type ProgressBar = {
  /** To be called as often as one likes. */
  show(standing: Standing): void
  /** Takes the bar away, so that what is said next begins a line. */
  clear(): void
}

const WIDTH = 24
const EVERY_MS = 200
/** The rate is that of the last seconds, not of the whole: a store that has become slow is seen to be. */
const WINDOW_MS = 10_000

/**
 * A bar of bytes with their rate and the time that is left, on a terminal; elsewhere nothing is drawn.
 *
 * @param verb  what is being done: `Reading`
 */
export function createProgressBar(
  verb: string,
  out: Pick<NodeJS.WriteStream, 'write' | 'isTTY'> = process.stderr,
  now: () => number = Date.now,
): ProgressBar {
  const seen: { at: number; done: number }[] = []
  let drawnAt = 0
  return {
    show(standing) {
      if (!out.isTTY) return
      const at = now()
      const isLast = standing.done >= standing.total
      if (at - drawnAt < EVERY_MS && !isLast) return
      drawnAt = at
      seen.push({ at, done: standing.done })
      while (seen.length > 2 && at - (seen[0]?.at ?? at) > WINDOW_MS) seen.shift()
      out.write(`\r\u001b[K${lineOf(verb, standing, rateOf(seen))}`)
    },
    clear() {
      if (out.isTTY) out.write('\r\u001b[K')
    },
  }
}

/** Bytes a second; undefined while nobody can know. */
function rateOf(seen: readonly { at: number; done: number }[]): number | undefined {
  const [first, last] = [seen[0], seen.at(-1)]
  if (first === undefined || last === undefined || last.at - first.at < EVERY_MS) return undefined
  return ((last.done - first.done) / (last.at - first.at)) * 1000
}

function lineOf(verb: string, { done, total }: Standing, rate: number | undefined): string {
  const share = total === 0 ? 1 : Math.min(1, done / total)
  const filled = Math.round(share * WIDTH)
  const bar = '█'.repeat(filled) + '░'.repeat(WIDTH - filled)
  const pace = rate === undefined ? '' : `  ${sizeText(rate)}/s`
  const left = rate === undefined || rate <= 0 || share === 1 ? '' : `  ${timeText((total - done) / rate)} left`
  return `${verb} ${bar} ${Math.floor(share * 100)} %  ${sizeText(done)} of ${sizeText(total)}${pace}${left}`
}

const UNITS = ['bytes', 'kB', 'MB', 'GB', 'TB', 'PB']

export function sizeText(bytes: number): string {
  const power = Math.min(UNITS.length - 1, Math.max(0, Math.floor(Math.log10(Math.max(1, bytes)) / 3)))
  const value = bytes / 1000 ** power
  return `${power === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${UNITS[power]}`
}

function timeText(seconds: number): string {
  if (seconds < 90) return `${Math.max(1, Math.round(seconds))} s`
  if (seconds < 5400) return `${Math.round(seconds / 60)} min`
  return `${(seconds / 3600).toFixed(1)} h`
}
