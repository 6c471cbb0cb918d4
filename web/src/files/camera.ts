import type { MediaFacts } from '@trove/contract/media-facts'

/** What camera and container say, in lines a photographer would write; only those that are known. */
export function cameraLines(facts: MediaFacts): [name: string, value: string][] {
  const { container, videoCodec, audioCodec, frameRate } = facts
  const lines: [string, string | undefined][] = [
    ['Title', facts.title],
    ['Artist', facts.artist],
    ['Camera’s clock', facts.takenAt === undefined ? undefined : cameraTime(facts.takenAt)],
    ['Camera', [facts.cameraMake, withoutMake(facts)].filter(Boolean).join(' ') || undefined],
    ['Lens', facts.lens],
    ['Exposure', exposure(facts) || undefined],
    ['Container', container],
    ['Codecs', [videoCodec, audioCodec].filter(Boolean).join(', ') || undefined],
    ['Frame rate', frameRate === undefined ? undefined : `${+(frameRate.num / frameRate.den).toFixed(3)} fps`],
    ['Colour profile', facts.colourProfile],
    ['Colour depth', facts.bitDepth === undefined ? undefined : `${facts.bitDepth} bits a colour`],
    ['Resolution', facts.dpi === undefined ? undefined : `${+facts.dpi.toFixed(1)} dpi`],
    ['Layers', facts.layers === undefined || facts.layers === 0 ? undefined : String(facts.layers)],
    ['Timecode', facts.timecode],
    ['HDR', facts.isHdr === true || facts.hasGainMap === true ? 'Yes' : undefined],
    ['Depth map', facts.hasDepth === true ? 'Yes' : undefined],
    ['Creator', facts.creator],
    ['Copyright', facts.copyright],
    ['Animated', facts.isAnimated === true ? 'Yes' : undefined],
  ]
  return lines.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]))
}

/** Many cameras repeat their maker in the model. */
function withoutMake({ cameraMake, cameraModel }: MediaFacts): string | undefined {
  if (cameraMake === undefined || cameraModel === undefined) return cameraModel
  return cameraModel.toLowerCase().startsWith(cameraMake.toLowerCase())
    ? cameraModel.slice(cameraMake.length).trim()
    : cameraModel
}

function exposure({ exposureSeconds, aperture, iso, focalLengthMm }: MediaFacts): string {
  return [
    exposureSeconds === undefined
      ? undefined
      : exposureSeconds >= 0.3
        ? `${+exposureSeconds.toFixed(1)} s`
        : `1/${Math.round(1 / exposureSeconds)} s`,
    aperture === undefined ? undefined : `ƒ/${+aperture.toFixed(1)}`,
    iso === undefined ? undefined : `ISO ${iso}`,
    focalLengthMm === undefined ? undefined : `${+focalLengthMm.toFixed(1)} mm`,
  ]
    .filter(Boolean)
    .join(' · ')
}

/** The clock of the camera, which knew no zone: shown as it was written. */
function cameraTime(takenAt: string): string {
  const instant = new Date(`${takenAt.slice(0, 19)}Z`)
  if (Number.isNaN(instant.getTime())) return takenAt
  return new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short', timeZone: 'UTC' }).format(
    instant,
  )
}
