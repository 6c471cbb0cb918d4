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

type Rate = { num: number; den: number }

/** How many frames a clock of hours, minutes and seconds counts in each of them: 30 for 29.97. */
const nominal = ({ num, den }: Rate): number => Math.round(num / den)

/**
 * The frame at a time as editors write it: `01:02:03:04`, or `01:02:03;04` where numbers are left out so that the clock
 * keeps up with the day (SMPTE ST 12-1).
 *
 * @param start  of the first frame, as the file says it; its last separator tells whether numbers are left out
 */
export function timecodeAt(seconds: number, rate: Rate, start = '00:00:00:00'): string {
  const perSecond = nominal(rate)
  const isDrop = /[;.]\d+$/.test(start) && (perSecond === 30 || perSecond === 60)
  const dropped = isDrop ? perSecond / 15 : 0
  const [hours = 0, minutes = 0, wholeSeconds = 0, frames = 0] = start.split(/[:;.]/).map(Number)
  const allMinutes = hours * 60 + minutes
  const numbered = (allMinutes * 60 + wholeSeconds) * perSecond + frames
  const first = numbered - dropped * (allMinutes - Math.floor(allMinutes / 10))
  const frame = first + frameAt(seconds, rate)
  const number = isDrop ? withGaps(frame, perSecond, dropped) : frame
  const two = (value: number) => String(value).padStart(2, '0')
  const inSeconds = Math.floor(number / perSecond)
  const clock = [Math.floor(inSeconds / 3600) % 24, Math.floor(inSeconds / 60) % 60, inSeconds % 60].map(two).join(':')
  return `${clock}${isDrop ? ';' : ':'}${two(number % perSecond)}`
}

/** Counted from 0. */
export const frameAt = (seconds: number, { num, den }: Rate): number => Math.floor((seconds * num) / den + 1e-3)

/** The number that a frame has when the first few of each minute but every tenth are left out. */
function withGaps(frame: number, perSecond: number, dropped: number): number {
  const minute = perSecond * 60 - dropped
  const tenMinutes = minute * 10 + dropped
  const [tens, rest] = [Math.floor(frame / tenMinutes), frame % tenMinutes]
  const late = rest < dropped ? 0 : Math.floor((rest - dropped) / minute)
  return frame + dropped * (9 * tens + late)
}
