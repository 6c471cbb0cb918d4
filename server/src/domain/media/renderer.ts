import type { FailureReason } from '@trove/contract/processing'
import { availableParallelism } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createProcessPool, type ProcessPool, type RunOptions } from '../../platform/process/index.ts'
import type { Log, Platform } from '../../platform/platform.ts'
import type { Settings } from '../../platform/settings.ts'
import { isAnswerTo } from './answers.ts'
import { createLanes, type Lanes, type Passage } from './lanes.ts'
import type {
  BareRequest,
  BareResponse,
  Bared,
  MakeRequest,
  MakeResponse,
  Making,
  Rendering,
  RenderRequest,
  RenderResponse,
} from './rendering.ts'

/** `of`: the organization whose file it is. A media child that has had a file of one never gets one of another. */
export type Whose = { of: string }

/** What makes variants: media children within the limits of the installation. */
export type Renderer = {
  /**
   * A broken or hostile file is a result, and so is one that breaks its child. Rejects when the machine is at fault.
   *
   * @throws whatever the signal was aborted with
   */
  render(request: RenderRequest, signal: AbortSignal, whose: Whose): Promise<Rendering>
  /** Writes a file anew, without its metadata. The same holds as for rendering. */
  bare(request: BareRequest, signal: AbortSignal, whose: Whose): Promise<Bared>
  /**
   * Makes what one later step makes. The same holds as for rendering. Whoever asks has a seat: `runStep` sees to it, so
   * that the time a step waits for one is not the time that it takes.
   */
  make(request: MakeRequest, signal: AbortSignal, limits: Partial<RunOptions> & Whose): Promise<Making>
  /** Waits for one of the seats there are: one for each child. Rendering and copying do so by themselves. */
  enter(passage: Passage, signal: AbortSignal): Promise<() => void>
  close(): void
}

export type RendererOptions = {
  settings: Pick<Settings, 'workerConcurrency' | 'mediaTimeoutMs' | 'mediaMemoryBytes' | 'temporaryFolder'>
  log: Log
  /** Absolute folders that a media child has no business in: secrets, the database. */
  hiddenFolders?: readonly string[]
}

/** Formats that are programs for a renderer: a few bytes can keep it busy for years, and what people make takes seconds. */
const INTRICATE = /^(image\/svg\+xml|application\/(pdf|illustrator))$/
const INTRICATE_MS = 25_000

const SCRIPT = fileURLToPath(new URL('child/main.ts', import.meta.url))

/** Kinds of files that the child can do something with. Others are ready as they are. */
export const isRenderable = (mediaType: string): boolean =>
  /^(image|video|audio)\//.test(mediaType) ? !UNSHOWN.has(mediaType) : RENDERABLE.has(mediaType)

const RENDERABLE = new Set(['application/pdf', 'application/illustrator', 'application/mxf', 'application/dicom'])
const UNSHOWN = new Set([
  'audio/midi',
  'image/vnd.djvu',
  'image/vnd.dwg',
  'image/vnd.dxf',
  'image/x-xcf',
  'image/x-tga',
  'image/x-portable-anymap',
])

const renderers = new WeakMap<object, Renderer>()

/** The renderer of a platform; made when it is first needed, unless the worker has given it one with `useRenderer`. */
export function rendererOf(platform: Pick<Platform, 'settings' | 'log'>): Renderer {
  const renderer = renderers.get(platform.settings) ?? createRenderer(platform)
  renderers.set(platform.settings, renderer)
  return renderer
}

/** Has the platform's files rendered by this one from now on. The caller closes it. */
export function useRenderer(platform: Pick<Platform, 'settings'>, renderer: Renderer): void {
  renderers.set(platform.settings, renderer)
}

export function createRenderer({ settings, log, hiddenFolders = [] }: RendererOptions): Renderer {
  const lanes = createLanes(Math.min(settings.workerConcurrency, availableParallelism() * 2))
  const pool: ProcessPool<RenderRequest | BareRequest | MakeRequest, RenderResponse | BareResponse | MakeResponse> =
    createProcessPool({
      script: SCRIPT,
      size: lanes.seats,
      timeoutMs: settings.mediaTimeoutMs,
      memoryBytes: settings.mediaMemoryBytes,
      hiddenFolders,
      folder: settings.temporaryFolder,
      log,
    })
  return {
    async render(request, signal, { of }) {
      const timeoutMs = INTRICATE.test(request.mediaType)
        ? Math.min(INTRICATE_MS, settings.mediaTimeoutMs)
        : settings.mediaTimeoutMs
      const outcome = await seated(lanes, signal, () =>
        pool.run((at) => ({ ...request, path: at.reads }), signal, {
          of,
          timeoutMs,
          lent: { reads: request.path },
          accepts: (answer) => isAnswerTo(request, answer),
        }),
      )
      if (!outcome.ok) return { ok: false, failure: sentence(outcome.failure), reason: reasonOf(outcome.failure) }
      if ('fault' in outcome.value) throw new Error(outcome.value.fault)
      return outcome.value as Rendering
    },
    async bare(request, signal, { of }) {
      const outcome = await seated(lanes, signal, () =>
        pool.run(
          (at) => ({ ...request, path: at.reads, outputPath: join(at.writes, basename(request.outputPath)) }),
          signal,
          {
            of,
            lent: { reads: request.path, writes: dirname(request.outputPath), mostBytes: roomFor(request) },
            accepts: (answer) => isAnswerTo(request, answer),
          },
        ),
      )
      if (!outcome.ok) return { ok: false, failure: sentence(outcome.failure) }
      if ('fault' in outcome.value) throw new Error(outcome.value.fault)
      return outcome.value as Bared
    },
    async make(request, signal, limits) {
      const { path, outputFolder } = request
      const outcome = await pool.run((at) => ({ ...request, path: at.reads, outputFolder: at.writes }), signal, {
        ...limits,
        lent: { reads: path, writes: outputFolder, mostBytes: roomFor(request) },
        accepts: (answer) => isAnswerTo(request, answer),
      })
      if (!outcome.ok) return { ok: false, failure: sentence(outcome.failure), reason: reasonOf(outcome.failure) }
      if ('fault' in outcome.value) throw new Error(outcome.value.fault)
      return broughtTo(outputFolder, outcome.value as Making)
    },
    enter: (passage, signal) => lanes.enter(passage, signal),
    close: () => pool.close(),
  }
}

async function seated<T>(lanes: Lanes, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  const leave = await lanes.enter({ lane: 'first' }, signal)
  try {
    return await work()
  } finally {
    leave()
  }
}

const GIB = 1024 ** 3

/**
 * What may be written for a request, in bytes: a picture unpacked has 1.5 GiB, and a recording in another codec takes
 * several times what it took, but never the whole disk.
 */
const roomFor = (request: BareRequest | MakeRequest): number =>
  'make' in request && request.make === 'proxy' ? 16 * GIB + 4 * request.sizeBytes : 4 * GIB + 2 * request.sizeBytes

/** What the child wrote has its name there alone, and is nowhere but in the folder that it was given. */
function broughtTo(folder: string, making: Making): Making {
  if (!making.ok) return making
  const variants = making.variants.map((variant) =>
    variant.path === undefined ? variant : { ...variant, path: join(folder, basename(variant.path)) },
  )
  return { ...making, variants }
}

/** Of the words in which the pool says how a child has ended. */
const reasonOf = (failure: string): FailureReason =>
  /memory/.test(failure)
    ? 'too-much-memory'
    : /wrote more/.test(failure)
      ? 'too-large'
      : /crashed/.test(failure)
        ? 'crashed'
        : 'too-slow'

const sentence = (words: string): string => `${words.charAt(0).toUpperCase()}${words.slice(1)}.`
