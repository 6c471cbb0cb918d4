import { connect, type Socket } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import type { UserActor } from '../src/platform/actor.ts'
import { bearer, makeOrganization, makeUser } from './make.ts'
import { startTestPlatform, type TestPlatform } from './platform.ts'
import { tusClient, type TusClient } from './tus.ts'

export type Tenant = { organizationId: string; owner: UserActor; authorization: string; tus: TusClient }

export type World = {
  t: TestPlatform
  origin: string
  /** An organization with its owner, who is signed in. */
  makeTenant(quotaBytes?: number): Promise<Tenant>
  /** Stops the API and leaves database and store as they are. */
  stopApi(): Promise<void>
}

/** An API that listens, on a database and a store of its own. */
export async function openWorld(environment: Record<string, string> = {}): Promise<World> {
  const t = await startTestPlatform(environment)
  const api = await t.api()
  const origin = await api.app.listen({ port: 0, host: '127.0.0.1' })
  return {
    t,
    origin,
    stopApi: () => api.close(),
    async makeTenant(quotaBytes) {
      const owner = await makeUser(t.platform)
      const about = quotaBytes === undefined ? {} : { quotaBytes }
      const { id: organizationId } = await makeOrganization(t.platform, owner, about)
      const { authorization } = await bearer(t.platform, owner)
      return { organizationId, owner, authorization, tus: tusClient(origin, authorization) }
    },
  }
}

export async function quotaOf(
  { t }: Pick<World, 't'>,
  { organizationId }: Pick<Tenant, 'organizationId'>,
): Promise<{ used: number; reserved: number; files: number }> {
  const row = await t.platform.db
    .selectFrom('quota')
    .selectAll()
    .where('organization_id', '=', organizationId)
    .executeTakeFirstOrThrow()
  return { used: row.used_bytes, reserved: row.reserved_bytes, files: row.file_count }
}

/** Begins a PATCH by hand and sends only some of what it announces; resolves when that has been written. */
export async function halfPatch(
  { t, origin }: World,
  tenant: Tenant,
  path: string,
  about: { offset: number; announced: number; sent: Uint8Array },
): Promise<Socket> {
  const { hostname, port } = new URL(origin)
  const socket = connect(Number(port), hostname)
  socket.on('error', () => undefined)
  socket.write(
    `PATCH ${path} HTTP/1.1\r\nHost: x\r\nAuthorization: ${tenant.authorization}\r\nTus-Resumable: 1.0.0\r\nUpload-Offset: ${about.offset}\r\n` +
      `Content-Type: application/offset+octet-stream\r\nContent-Length: ${about.announced}\r\n\r\n`,
  )
  socket.write(about.sent)
  const staged = async () => (await t.platform.objects.staging.sizeBytes(path.slice(-36))) ?? 0
  for (let left = 200; left > 0 && (await staged()) < about.offset + about.sent.length; left--) await delay(20)
  return socket
}
