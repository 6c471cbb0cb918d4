import { useShortcuts, type Shortcut } from '../lib/keys.ts'
import { stepFrame } from './place-in-time.ts'
import { seekBy, togglePlaying } from './usePlayer.ts'

/** Where a file does not tell its rate, a step is a thirtieth of a second. */
const USUAL_RATE = { num: 30, den: 1 }

type Keyed = { frameRate?: { num: number; den: number } | undefined; toggleFullscreen?: () => void }

/** The keys of players everywhere: space or k, j and l, comma and full stop, m, f. */
export function usePlayerKeys(
  media: HTMLMediaElement | null,
  { frameRate = USUAL_RATE, toggleFullscreen }: Keyed,
): void {
  const group = 'Open clip'
  const on = (run: (playing: HTMLMediaElement) => void) => () => {
    if (media !== null) run(media)
  }
  const step = (direction: number) =>
    on((playing) => {
      if (playing.paused) playing.currentTime = stepFrame(playing.currentTime, frameRate, direction)
    })
  const shortcuts: Shortcut[] = [
    { keys: 'Space', label: 'Play or pause', group, run: on(togglePlaying), when: isNoButton },
    { keys: 'k', label: 'Play or pause', group, run: on(togglePlaying) },
    { keys: 'j', label: 'Back 10 s', group, run: on((playing) => seekBy(playing, -10)) },
    { keys: 'l', label: 'On 10 s', group, run: on((playing) => seekBy(playing, 10)) },
    { keys: 'shift+ArrowLeft', label: 'Back 5 s', group, run: on((playing) => seekBy(playing, -5)) },
    { keys: 'shift+ArrowRight', label: 'On 5 s', group, run: on((playing) => seekBy(playing, 5)) },
    { keys: ',', label: 'One frame back, when paused', group, run: step(-1) },
    { keys: '.', label: 'One frame on, when paused', group, run: step(1) },
    { keys: 'm', label: 'Sound on or off', group, run: on((playing) => (playing.muted = !playing.muted)) },
    ...(toggleFullscreen === undefined ? [] : [{ keys: 'f', label: 'Full screen', group, run: toggleFullscreen }]),
  ]
  useShortcuts(shortcuts, { isOn: media !== null })
}

/** The space bar presses the button that has the focus. */
const isNoButton = () =>
  !(document.activeElement instanceof HTMLButtonElement || document.activeElement instanceof HTMLAnchorElement)
