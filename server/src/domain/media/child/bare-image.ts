import sharp, { type Sharp } from 'sharp'
import type { BareRequest } from '../rendering.ts'
import { openHeic } from './heic.ts'
import { OPENING, undecodable } from './still.ts'
import { Undecodable } from './undecodable.ts'

/** Hardly told from the original by eye. */
const QUALITY = 92

/**
 * Draws a picture anew, upright, as a JPEG with its colour profile and nothing else.
 *
 * @throws Undecodable
 */
export async function writeBareImage(request: BareRequest): Promise<void> {
  const source = await openPicture(request)
  await source
    .keepIccProfile()
    .flatten({ background: '#ffffff' })
    .jpeg({ quality: QUALITY, chromaSubsampling: '4:4:4' })
    .toFile(request.outputPath)
    .catch(undecodable)
}

async function openPicture(request: BareRequest): Promise<Sharp> {
  if (request.mediaType === 'image/heic') return (await openHeic(request)).source
  const metadata = await sharp(request.path, OPENING).metadata().catch(undecodable)
  if ((metadata.pages ?? 1) > 1)
    throw new Undecodable('It has several pages, which a copy without metadata could not have.')
  return sharp(request.path, OPENING).autoOrient()
}
