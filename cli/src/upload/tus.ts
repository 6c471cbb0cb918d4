import type { IncomingMessage } from 'node:http'
import { appendUpload, cancelUpload, createUpload, getUploadOffset } from '@trove/contract/uploads'
import { Failure, isFailure } from '../failure.ts'
import { isId } from '../place.ts'
import { readAnswer } from '../server/exchange.ts'
import { pathOf, type Server } from '../server/server.ts'

const TUS = { 'tus-resumable': '1.0.0' } as const
const BYTES = { 'content-type': 'application/offset+octet-stream' } as const

/** Where an upload stands. `fileId`: it is a file, and safe. */
export type Standing = { offsetBytes: number; fileId: string | undefined }

type Body = {
  body: Uint8Array | AsyncIterable<Uint8Array>
  sizeBytes: number
  sha256?: Buffer | undefined
  onSent?: (bytes: number) => void
}

/** Begins an upload, with the whole of a small file at once. @throws Failure */
export async function begin(
  server: Server,
  about: { lengthBytes: number; metadata: Readonly<Record<string, string>> },
  whole: Body | undefined,
): Promise<Standing & { uploadId: string }> {
  const answer = await server.ask({
    method: 'POST',
    path: pathOf(createUpload, {}),
    headers: {
      ...TUS,
      'upload-length': about.lengthBytes,
      'upload-metadata': metadataOf(about.metadata),
      ...(whole ? bodyHeaders(whole) : { 'content-length': 0 }),
    },
    ...(whole && { body: whole.body, ...(whole.onSent && { onSent: whole.onSent }) }),
  })
  await readAnswer(answer, new URL(server.place))
  // Whatever host and path it names, for a proxy may have changed them: only its last part counts.
  const uploadId = new URL(answer.headers.location ?? '', server.place).pathname.split('/').at(-1) ?? ''
  if (!isId(uploadId))
    throw new Failure('not-trove', `What answers at ${server.place} is not Trove: it names no upload.`)
  return { uploadId, ...standingOf(answer) }
}

/** @throws Failure  not-found, gone: it is over, or was never there */
export async function look(server: Server, uploadId: string): Promise<Standing & { metadata: string }> {
  const path = pathOf(getUploadOffset, { params: { uploadId } })
  const answer = await server.ask({ method: 'HEAD', path, headers: TUS })
  answer.resume()
  const metadata = answer.headers['upload-metadata']
  return { ...standingOf(answer), metadata: typeof metadata === 'string' ? metadata : '' }
}

/** Sends bytes at an offset. @throws Failure */
export async function append(server: Server, uploadId: string, offsetBytes: number, body: Body): Promise<Standing> {
  const answer = await server.ask({
    method: 'PATCH',
    path: pathOf(appendUpload, { params: { uploadId } }),
    headers: { ...TUS, 'upload-offset': offsetBytes, ...bodyHeaders(body) },
    body: body.body,
    ...(body.onSent && { onSent: body.onSent }),
  })
  await readAnswer(answer, new URL(server.place))
  return standingOf(answer)
}

/** Drops an upload, whether or not the server still has it. */
export async function drop(server: Server, uploadId: string): Promise<void> {
  try {
    const answer = await server.ask({
      method: 'DELETE',
      path: pathOf(cancelUpload, { params: { uploadId } }),
      headers: TUS,
    })
    answer.resume()
  } catch (error) {
    // It expires by itself.
    if (!isFailure(error)) throw error
  }
}

function bodyHeaders({ sizeBytes, sha256 }: Body) {
  const checksum = sha256 === undefined ? {} : { 'upload-checksum': `sha256 ${sha256.toString('base64')}` }
  return { ...BYTES, 'content-length': sizeBytes, ...checksum }
}

function standingOf({ headers }: IncomingMessage): Standing {
  const offsetBytes = Number(headers['upload-offset'] ?? 0)
  const fileId = headers['trove-file-id']
  if (!Number.isSafeInteger(offsetBytes) || offsetBytes < 0)
    throw new Failure('not-trove', 'The server tells an offset that is none.')
  return { offsetBytes, fileId: typeof fileId === 'string' && isId(fileId) ? fileId : undefined }
}

/** Upload-Metadata: keys, each with its value in Base64. */
export const metadataOf = (values: Readonly<Record<string, string>>): string =>
  Object.entries(values)
    .map(([key, value]) => `${key} ${Buffer.from(value).toString('base64')}`)
    .join(',')
