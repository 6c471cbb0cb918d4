/** Where in a clip somebody is, kept in the URL so that a reload or a shared address finds it again. */

/** Seconds in `#t=83.2`; 0 when there are none. */
export function readTime(hash: string): number {
  const seconds = Number(/^#t=(\d+(?:\.\d+)?)$/.exec(hash)?.[1] ?? 0)
  return Number.isFinite(seconds) ? seconds : 0
}

export function writeTime(seconds: number): void {
  // The address of a link carries its secret there; reloading it must find it.
  if (location.hash !== '' && !location.hash.startsWith('#t=')) return
  const hash = seconds > 0.5 ? `#t=${seconds.toFixed(1)}` : ''
  if (hash === location.hash) return
  history.replaceState(history.state, '', `${location.pathname}${location.search}${hash}`)
}

/** The part of a timeline that has been loaded, as shares of its length. */
export function bufferedShares(
  buffered: Pick<TimeRanges, 'length' | 'start' | 'end'>,
  duration: number,
): { from: number; to: number }[] {
  if (!(duration > 0)) return []
  return Array.from({ length: buffered.length }, (_, i) => ({
    from: buffered.start(i) / duration,
    to: Math.min(1, buffered.end(i) / duration),
  }))
}

/**
 * Time of the frame before or after.
 *
 * @param frameRate  exact fraction of frames a second
 * @param step       -1 or 1
 */
export function stepFrame(seconds: number, frameRate: { num: number; den: number }, step: number): number {
  const frame = Math.floor(seconds * (frameRate.num / frameRate.den) + 1e-3) + step
  // The middle of the frame: on its edge, rounding would show the one before.
  return Math.max(0, (frame + 0.5) * (frameRate.den / frameRate.num))
}
