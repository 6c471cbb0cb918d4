/** What decides whether browsers play a recording. Names as FFmpeg has them. */
export type Playing = {
  container: string
  videoCodec: string | undefined
  pixelFormat: string | undefined
  /** As in the bit stream. */
  profile: number
  level: number
  /** Of each track: browsers play the first, and some refuse a file for any of them. */
  audioCodecs: readonly string[]
}

/** Baseline, constrained baseline, main and high of H.264: 8 bits, 4:2:0. */
const H264_PROFILES = new Set([66, 578, 77, 100])
const H264_MOST_LEVEL = 52
const EIGHT_BITS = new Set(['yuv420p', 'yuvj420p'])
const MP4_SOUND = new Set(['aac', 'mp3'])
const WEBM_SOUND = new Set(['opus', 'vorbis'])

/** H.264 as every browser decodes it, wherever it is kept. */
export const isPlainH264 = ({ videoCodec, pixelFormat = '', profile, level }: Playing): boolean =>
  videoCodec === 'h264' && EIGHT_BITS.has(pixelFormat) && H264_PROFILES.has(profile) && level <= H264_MOST_LEVEL

/**
 * Whether every browser of today plays it as it is: H.264 of 8 bits with AAC or MP3 in MP4 or MOV; VP8 and VP9 of 8
 * bits with Opus or Vorbis in WebM. HEVC, ProRes, AV1 and 10 bits are played by some: not enough.
 */
export function playsEverywhere(playing: Playing, mediaType: string): boolean {
  const { container, videoCodec = '', pixelFormat = '', audioCodecs } = playing
  if (container === 'mov') return isPlainH264(playing) && audioCodecs.every((codec) => MP4_SOUND.has(codec))
  if (mediaType !== 'video/webm') return false
  const isKnown = (videoCodec === 'vp8' || videoCodec === 'vp9') && EIGHT_BITS.has(pixelFormat)
  return isKnown && audioCodecs.every((codec) => WEBM_SOUND.has(codec))
}
