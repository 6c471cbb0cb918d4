// The media child: a process of its own that decodes what people uploaded, one file at a time, within limits that
// the worker sets and watches. It is the only program of Trove that loads decoders. With FFmpeg's binary it is,
// as a whole and when distributed, under the GPL: see NOTICE.
import { constants } from 'node:fs'
import { access } from 'node:fs/promises'
import { answerRequests } from '../../../platform/process/asked.ts'
import type {
  BareRequest,
  BareResponse,
  MakeRequest,
  MakeResponse,
  RenderRequest,
  RenderResponse,
} from '../rendering.ts'
import { loadMaker } from './makers.ts'
import type { Rendered } from './still.ts'
import { Undecodable } from './undecodable.ts'

const AUDIO_OR_VIDEO = /^(video|audio)\/|^application\/mxf$/

type Request = RenderRequest | BareRequest | MakeRequest
type Response = RenderResponse | BareResponse | MakeResponse
type Report = (share: number) => void

answerRequests(respond)
// Most files are photographs: a child that waits for its first has what it takes for those.
void import('./images.ts').catch(() => undefined)

async function respond(request: Request, report: Report): Promise<Response> {
  let work: Work
  try {
    work = await load(request, report)
    await access(request.path, constants.R_OK)
  } catch (error) {
    return { fault: error instanceof Error ? error.message : String(error) }
  }
  try {
    return await work()
  } catch (error) {
    if (error instanceof Undecodable) return { ok: false, failure: error.message }
    console.error(error)
    return { ok: false, failure: 'It cannot be decoded: it is damaged, or not what it seems.' }
  }
}

type Work = () => Promise<Response>
type Render = (request: RenderRequest) => Promise<Rendered>

async function load(request: Request, report: Report): Promise<Work> {
  if ('make' in request) {
    const make = await loadMaker(request.make)
    return async () => ({ ok: true, ...(await make(request, report)) })
  }
  if (!('becomes' in request)) {
    const render = await loadRenderer(request.mediaType)
    return async () => ({ ok: true, ...(await render(request)) })
  }
  const write = AUDIO_OR_VIDEO.test(request.mediaType)
    ? (await import('./bare-recording.ts')).writeBareRecording
    : (await import('./bare-image.ts')).writeBareImage
  return async () => {
    await write(request)
    return { ok: true }
  }
}

/** Decoders are loaded when they are first needed: a child that makes thumbnails of photographs never loads FFmpeg. */
async function loadRenderer(mediaType: string): Promise<Render> {
  if (AUDIO_OR_VIDEO.test(mediaType)) return (await import('./recordings.ts')).renderRecording
  if (mediaType === 'application/pdf') return (await import('./pdf.ts')).renderPdf
  if (mediaType === 'application/illustrator') return (await import('./pdf.ts')).renderIllustrator
  return (await import('./images.ts')).renderImage
}
