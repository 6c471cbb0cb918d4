// The avatar child: a process of its own that decodes one picture at a time, within limits that its parent watches.
import sharp from 'sharp'
import { answerRequests } from '../../../platform/process/asked.ts'

/** `contain` shows all of it on a transparent square, as a logo wants; a face fills the square. */
export type AvatarRequest = { bytes: Uint8Array; fit?: 'cover' | 'contain' }
export type AvatarResponse = { ok: true; bytes: Uint8Array } | { ok: false }

const SIDE_PIXELS = 256
/** More than any camera makes, and less than what would take long to shrink. */
const MAX_PIXELS = 120_000_000
const QUALITY = 82
const CLEAR = { r: 0, g: 0, b: 0, alpha: 0 }
const FORMATS = new Set(['jpeg', 'png', 'webp', 'gif', 'heif'])

sharp.cache(false)
sharp.concurrency(1)
answerRequests(({ bytes, fit = 'cover' }: AvatarRequest) =>
  render(bytes, fit).catch((): AvatarResponse => ({ ok: false })),
)

/** Upright, cut square around what stands out, and made anew: nothing of the metadata is kept. */
async function render(bytes: Uint8Array, fit: 'cover' | 'contain'): Promise<AvatarResponse> {
  const options = { limitInputPixels: MAX_PIXELS, failOn: 'error', animated: false } as const
  const { format } = await sharp(bytes, options).metadata()
  // What is a program for a renderer (SVG, PDF) is no picture of a person.
  if (!FORMATS.has(format)) return { ok: false }
  const webp = await sharp(bytes, options)
    .autoOrient()
    .resize(SIDE_PIXELS, SIDE_PIXELS, fit === 'cover' ? { fit, position: 'attention' } : { fit, background: CLEAR })
    .webp({ quality: QUALITY })
    .toBuffer()
  return { ok: true, bytes: webp }
}
