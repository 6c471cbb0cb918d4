// The media child: a process of its own that decodes what people uploaded, one file at a time, within limits that
// the worker sets and watches. It is the only program of Trove that loads decoders. With FFmpeg's binary it is,
// as a whole and when distributed, under the GPL: see NOTICE.
import type { Rendering, RenderRequest } from '../rendering.ts'
import { Undecodable } from './undecodable.ts'

const AUDIO_OR_VIDEO = /^(video|audio)\/|^application\/mxf$/

process.on('disconnect', () => process.exit(0))
process.on('message', (request: RenderRequest) => {
  void render(request).then((rendering) => process.send?.(rendering))
})

async function render(request: RenderRequest): Promise<Rendering> {
  try {
    return { ok: true, ...(await renderByType(request)) }
  } catch (error) {
    if (error instanceof Undecodable) return { ok: false, failure: error.message }
    console.error(error)
    return { ok: false, failure: 'It cannot be decoded: it is damaged, or not what it seems.' }
  }
}

/** Decoders are loaded when they are first needed: a child that makes thumbnails of photographs never loads FFmpeg. */
async function renderByType(request: RenderRequest) {
  const { mediaType } = request
  if (AUDIO_OR_VIDEO.test(mediaType)) return (await import('./recordings.ts')).renderRecording(request)
  if (mediaType === 'application/pdf') return (await import('./pdf.ts')).renderPdf(request)
  // Newer ones are a PDF inside. Older ones are PostScript, which is a program and not run here.
  if (mediaType === 'application/illustrator')
    return (await import('./pdf.ts')).renderPdf(request).catch(() => ({ summary: { facts: {} }, variants: [] }))
  return (await import('./images.ts')).renderImage(request)
}
