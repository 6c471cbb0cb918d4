import { DIRECT_HEAD_BYTES } from '@trove/contract/direct-uploads'
import * as contract from '@trove/contract/uploads'
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { createActorLimiter } from '../../platform/http/limiter.ts'
import { publicAddress, publicBase } from '../../platform/http/origin.ts'
import { sendProblem } from '../../platform/http/problem.ts'
import { serveAnyone, serveRaw } from '../../platform/http/serve.ts'
import type { Platform } from '../../platform/platform.ts'
import { Problem } from '../../platform/problem.ts'
import { receiptOf } from '../files/index.ts'
import type { Uploader } from './by-link/operations.ts'
import { createUpload } from './create.ts'
import { createDesk, type Desk } from './desk.ts'
import { knownBytesRoutes } from './known/routes.ts'
import { directRoutes } from './direct/routes.ts'
import { isOffered } from './direct/operations.ts'
import * as uploads from './operations.ts'
import * as tus from './protocol.ts'
import { readAnnounced } from './protocol-creation.ts'
import { startRecovery, stopDesk } from './recovery.ts'
import { sessionRoutes } from './sessions/routes.ts'
import { Overtaken } from './turns.ts'

const MINUTE_SECONDS = 60

/** Opens the uploads room of this process. `stop` ends it within about 5 s, every offset flushed. */
export function openUploads(app: FastifyInstance, platform: Platform): { stop(): Promise<void> } {
  const desk = createDesk(platform)
  sessionRoutes(app, desk)
  knownBytesRoutes(app, desk)
  directRoutes(app, desk)
  app.register(async (scope) => tusRoutes(scope, desk))

  let recovery: { stop(): void } | undefined
  app.addHook('onListen', async () => {
    recovery = startRecovery(desk)
  })
  let stopped: Promise<void> | undefined
  const stop = () => {
    recovery?.stop()
    return (stopped ??= stopDesk(desk))
  }
  app.addHook('preClose', stop)
  return { stop }
}

/** tus 1.0.0 with every extension but two: see `TUS_EXTENSIONS`. */
function tusRoutes(scope: FastifyInstance, desk: Desk) {
  speakTus(scope)
  const creations = createActorLimiter(desk.platform.settings.uploadsPerMinute, MINUTE_SECONDS, 'uploads begun')

  serveAnyone(scope, contract.describeUploads, async (_request, { reply }) => {
    reply.headers({
      'tus-version': tus.TUS_VERSION,
      'tus-extension': tus.TUS_EXTENSIONS,
      'tus-max-size': desk.platform.settings.maxFileBytes,
      'tus-checksum-algorithm': tus.TUS_ALGORITHMS,
    })
    return null
  })

  serveRaw(scope, contract.createUpload, async ({ request, reply }) => {
    tus.requireVersion(request.raw)
    await creations.take(request.actor)
    await create(desk, request, reply)
    return reply
  })

  serveRaw(scope, contract.getUploadOffset, async ({ request, reply }, { params }) => {
    tus.requireVersion(request.raw)
    const standing = await uploads.getStanding(desk, uploaderOf(request), params.uploadId, tus.arrivalOf(request.raw))
    const { metadata, lengthBytes, concatenation } = standing
    if (metadata !== '') reply.header('upload-metadata', metadata)
    if (concatenation !== undefined) reply.header('upload-concat', concatenation)
    if (standing.isDirect) reply.header('trove-direct', `head=${DIRECT_HEAD_BYTES}`)
    if (lengthBytes === undefined) reply.header('upload-defer-length', '1')
    else reply.header('upload-length', lengthBytes)
    await tell(desk, reply.code(200), standing)
    return reply.send()
  })

  serveRaw(scope, contract.appendUpload, async ({ request, reply }, { params }) => {
    tus.requireVersion(request.raw)
    tus.requireOctetStream(request.raw)
    const offsetBytes = tus.requireInteger(request.raw, 'Upload-Offset')
    const lengthBytes = tus.readInteger(request.raw, 'Upload-Length')
    const bytes = { request: request.raw, offsetBytes, lengthBytes, ...readBodyHead(request) }
    const standing = await uploads.append(desk, uploaderOf(request), params.uploadId, bytes).catch(unlessOvertaken)
    if (standing === undefined || standing.interruption !== undefined) return cut(reply)
    await tell(desk, reply.code(204), standing)
    return reply.send()
  })

  serveRaw(scope, contract.cancelUpload, async ({ request, reply }, { params }) => {
    tus.requireVersion(request.raw)
    await uploads.cancelUpload(desk, uploaderOf(request), params.uploadId)
    return reply.code(204).send()
  })
}

async function create(desk: Desk, request: FastifyRequest, reply: FastifyReply): Promise<void> {
  const actor = uploaderOf(request)
  const announced = readAnnounced(request.raw)
  const lengthBytes = announced.kind === 'final' ? 0 : announced.lengthBytes
  const metadata = tus.readMetadata(request.raw)
  const hasBody = tus.hasBody(request.raw)
  if (hasBody) tus.requireOctetStream(request.raw)
  const body = readBodyHead(request)
  if (lengthBytes !== undefined && (body.sizeBytes ?? 0) > lengthBytes)
    throw new Problem('too-large', `The upload has ${lengthBytes} bytes; more are being sent.`, { lengthBytes })

  const bodyBytes = body.sizeBytes ?? 0
  const { uploadId, expiresAt, objectKey } = await createUpload(desk, actor, { announced, bodyBytes, metadata })
  const path = `${tus.UPLOADS_PATH}/${uploadId}`
  reply.header('location', publicAddress(publicBase(request.raw, desk.platform.settings), path))
  const mayGoDirectly = announced.kind === 'whole' && lengthBytes !== undefined && !hasBody
  const linkId = actor.kind === 'link' ? actor.linkId : null
  if (mayGoDirectly && isOffered(desk, { objectKey, linkId })) reply.header('trove-direct', `head=${DIRECT_HEAD_BYTES}`)
  if (announced.kind !== 'whole')
    reply.header('upload-concat', announced.kind === 'final' ? announced.named : 'partial')
  if (announced.kind === 'final' || !hasBody) {
    const isFinal = announced.kind === 'final'
    const standing = isFinal ? await uploads.finishFinal(desk, actor, uploadId) : { offsetBytes: 0, expiresAt }
    await tell(desk, reply.code(201), standing)
    return void reply.send()
  }

  const standing = await uploads.appendOwn(desk, actor, uploadId, { request: request.raw, offsetBytes: 0, ...body })
  if (standing.interruption !== undefined) return void cut(reply)
  await tell(desk, reply.code(201), standing)
  void reply.send()
}

/** A user, or whoever has opened a link: the requirement of each endpoint here has let nobody else come so far. */
function uploaderOf({ actor }: FastifyRequest): Uploader {
  if (actor.kind !== 'user' && actor.kind !== 'link')
    throw new Problem('not-signed-in', 'This needs a signed-in user, or an open link.')
  return actor
}

/** What every request and response of the protocol have in common. */
function speakTus(scope: FastifyInstance) {
  // Bodies are left unread: whoever wants the bytes takes them from the connection.
  scope.removeAllContentTypeParsers()
  scope.addContentTypeParser('*', (_request, _payload, done) => done(null))
  scope.setErrorHandler((error: FastifyError, request, reply) => {
    // An id that is none names no upload.
    const isUnknown = error.validation !== undefined && error.validationContext === 'params'
    return sendProblem(
      isUnknown ? (new Problem('not-found', 'There is no such upload.') as unknown as FastifyError) : error,
      request,
      reply,
    )
  })
  scope.addHook('onSend', async (_request, reply) => {
    reply.header('tus-resumable', tus.TUS_VERSION).header('cache-control', 'no-store')
    if (reply.statusCode === 412) reply.header('tus-version', tus.TUS_VERSION)
  })
}

/** @throws invalid-request, too-large */
function readBodyHead({ raw }: FastifyRequest) {
  const sizeBytes = tus.readInteger(raw, 'Content-Length')
  if (sizeBytes !== undefined && sizeBytes > contract.MAX_CHUNK_BYTES) {
    const maxChunkBytes = contract.MAX_CHUNK_BYTES
    throw new Problem('too-large', `A request may carry at most ${maxChunkBytes} bytes; send the file in several.`, {
      maxChunkBytes,
    })
  }
  return { sizeBytes, checksum: tus.readChecksum(raw), arrivedAt: tus.arrivalOf(raw) }
}

/** Where an upload stands; once it is a file, which one, and the receipt for it. */
async function tell(
  { platform }: Desk,
  reply: FastifyReply,
  standing: { offsetBytes: number; expiresAt: Date; fileId?: string | undefined; concatenation?: string | undefined },
): Promise<void> {
  const { offsetBytes, expiresAt, fileId, concatenation } = standing
  // Of a final upload there is none before it is joined.
  if (fileId !== undefined || !concatenation?.startsWith('final')) reply.header('upload-offset', offsetBytes)
  if (fileId === undefined) return void reply.header('upload-expires', expiresAt.toUTCString())
  reply.header('trove-file-id', fileId)
  // The file may be gone for good again by the time somebody asks how its upload ended.
  const receipt = await receiptOf(platform, fileId).catch(unlessMissing)
  if (receipt !== undefined) reply.header('trove-receipt', receipt.receipt)
}

function unlessMissing(error: unknown): undefined {
  if (!(error instanceof Problem && error.kind === 'not-found')) throw error
}

function unlessOvertaken(error: unknown): undefined {
  if (!(error instanceof Overtaken)) throw error
}

/** There is nobody left to answer: the client has gone, or has come back on another connection. */
function cut(reply: FastifyReply): FastifyReply {
  reply.hijack()
  reply.raw.destroy()
  reply.request.raw.destroy()
  return reply
}
