/** Points of a finished waveform: as many, or half as many at least where there are enough samples. */
export const MOST_POINTS = 4_000
/** The first points stand for so many samples each; recordings of a second have some hundred then. */
const FIRST_SAMPLES = 64

type Samples = ArrayLike<number>
type Shape = {
  /** Of each channel. */
  samples: number
  /** From one sample of a channel to its next. */
  step: number
  scale: number
  middle: number
}

/** Collects the loudest sample of each stretch of a recording whose length nobody knows. */
export type Peaks = {
  /** @param planes  of one channel each, or one in which `step` channels lie beside each other */
  add(planes: readonly Samples[], shape: Shape): void
  /** A byte for each point: 0 is silence, 255 as loud as can be. */
  end(): Uint8Array
}

export function collectPeaks(): Peaks {
  const points = new Float32Array(MOST_POINTS)
  let done = 0
  let each = FIRST_SAMPLES
  let open = 0
  let openSamples = 0
  const close = () => {
    if (done === MOST_POINTS) {
      // Full: two points become one, and what follows is as coarse.
      for (let i = 0; i < MOST_POINTS / 2; i++) points[i] = Math.max(points[2 * i] ?? 0, points[2 * i + 1] ?? 0)
      done = MOST_POINTS / 2
      each *= 2
      if (openSamples < each) return
    }
    points[done++] = open
    open = 0
    openSamples = 0
  }
  return {
    add(planes, { samples, step, scale, middle }) {
      let at = 0
      while (at < samples) {
        const until = Math.min(samples, at + each - openSamples)
        for (const plane of planes) {
          const loudest = loudestOf(plane, at * step, until * step, middle) * scale
          if (loudest > open) open = loudest
        }
        openSamples += until - at
        at = until
        if (openSamples >= each) close()
      }
    },
    end() {
      if (openSamples > 0 && done < MOST_POINTS) points[done++] = open
      return Uint8Array.from(points.subarray(0, done), (point) => Math.round(Math.min(1, point) * 255))
    },
  }
}

function loudestOf(plane: Samples, from: number, to: number, middle: number): number {
  let low = 0
  let high = 0
  for (let i = from; i < to; i++) {
    const sample = (plane[i] as number) - middle
    if (sample > high) high = sample
    else if (sample < low) low = sample
  }
  return Math.max(high, -low)
}
