import { getShared, getSharedContent, getSharedFile, getSharedVariant, getSharedZip } from '@trove/contract/shared'
import type { VariantName } from '@trove/contract/files'
import type { PictureFormat } from '@trove/contract/sizes'
import { apiUrl } from '../lib/place.ts'
import { ApiProblem, problemOf, unreachable } from '../lib/problem.ts'
import { pathOf } from '../lib/request.ts'
import { prepareZip } from './queries.ts'
import { ask, bearer, doubtVisit } from './visit.ts'

const AGAIN_MS = 2_000
/** Copies of large films take a while; after that something is wrong. */
const PATIENCE_MS = 15 * 60_000

/** Where the bytes of a link's files are. They ride on the cookie of the visit. */
export const sharedUrls = (linkId: string) => ({
  variant: ({ id }: { id: string }, variant: VariantName, format?: PictureFormat) =>
    apiUrl(pathOf(getSharedVariant, { params: { linkId, fileId: id, variant }, query: { format } })),
  content: ({ id }: { id: string }) => apiUrl(pathOf(getSharedContent, { params: { linkId, fileId: id } })),
  download: (fileId: string) =>
    apiUrl(pathOf(getSharedContent, { params: { linkId, fileId }, query: { download: '1' } })),
})

/**
 * Saves a file. The browser would save a refusal just the same, so it is asked first; what is still being prepared is
 * waited for.
 *
 * @throws ApiProblem  with why it cannot be had
 */
export async function saveFile(linkId: string, fileId: string, signal: AbortSignal): Promise<void> {
  const url = sharedUrls(linkId).download(fileId)
  await untilReady(url, signal, () => reasonFor(linkId, fileId))
  save(url)
}

/** Waits until a file can be shown as it is. @throws ApiProblem  with why it cannot */
export function waitForContent(linkId: string, fileId: string, signal: AbortSignal): Promise<void> {
  return untilReady(sharedUrls(linkId).content({ id: fileId }), signal, () => reasonFor(linkId, fileId))
}

/** How far the ZIP is. */
export type ZipStep = { pending: number; files: number; withheld: number; sizeBytes: number | undefined }

/** Has the ZIP made ready and saves it. @throws ApiProblem */
export async function saveZip(linkId: string, signal: AbortSignal, tell: (step: ZipStep) => void): Promise<ZipStep> {
  for (;;) {
    const { pending, files, withheld, sizeBytes } = await prepareZip(linkId, signal)
    const step = { pending, files, withheld, sizeBytes }
    tell(step)
    if (pending === 0) {
      const url = apiUrl(pathOf(getSharedZip, { params: { linkId } }))
      await untilReady(url, signal, () => reasonFor(linkId, undefined))
      save(url)
      return step
    }
    await sleep(AGAIN_MS, signal)
  }
}

async function untilReady(url: string, signal: AbortSignal, why: () => Promise<ApiProblem>): Promise<void> {
  const until = Date.now() + PATIENCE_MS
  for (;;) {
    const response = await head(url, signal)
    if (response.ok) return
    if (response.status === 401) {
      await doubtVisit()
      throw await problemOf(response)
    }
    if (response.status === 403 || response.status === 404) throw await why()
    if (response.status !== 503 || Date.now() > until) throw await problemOf(response)
    await sleep((Number(response.headers.get('retry-after')) || 0) * 1_000 || AGAIN_MS, signal)
  }
}

async function head(url: string, signal: AbortSignal): Promise<Response> {
  try {
    const token = bearer()
    return await fetch(url, {
      method: 'HEAD',
      credentials: 'same-origin',
      cache: 'no-store',
      signal,
      headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
    })
  } catch (error) {
    if (signal.aborted) throw error
    throw unreachable()
  }
}

/** A refusal of HEAD has no words; what the link says now does. */
async function reasonFor(linkId: string, fileId: string | undefined): Promise<ApiProblem> {
  const { downloadsLeft } = await ask(getShared, { params: { linkId } })
  if (downloadsLeft === 0) return usedUp()
  const file = fileId === undefined ? undefined : await ask(getSharedFile, { params: { linkId, fileId } })
  const detail = file?.withheld ?? 'Whoever made this link lets it be looked at, not downloaded.'
  return new ApiProblem({ status: 403, title: 'This cannot be downloaded', detail })
}

export const usedUp = () =>
  new ApiProblem({
    status: 403,
    title: 'No download is left',
    detail: 'Every download that this link allows has been made. Ask whoever sent it for a new one.',
  })

function save(url: string): void {
  const link = document.createElement('a')
  link.href = url
  link.download = ''
  link.click()
}

function sleep(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, milliseconds)
    signal.addEventListener('abort', () => {
      clearTimeout(timer)
      reject(signal.reason as Error)
    })
  })
}
