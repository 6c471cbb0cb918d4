import { WebSocket } from 'ws'
import { signAccessToken } from '../../src/domain/identity/tokens.ts'
import type { UserActor } from '../../src/platform/actor.ts'
import { bearer, makeFile, makeGrant, makeLink, makeMember, makeOrganization, makeUser } from '../make.ts'
import { jsonOf, sleep, until } from '../server.ts'
import { openWorld, type World } from '../tenant.ts'
import { ask } from '../tus.ts'

const ACCESS_TOKEN_MS = 15 * 60_000
const MIB = 1024 * 1024

export type LiveFindings = {
  /** Status of each handshake that must be refused. */
  refused: Record<string, number>
  /** Of so many events that were none of theirs: how many each heard. */
  heard: Record<string, number>
  /** Whoever may hear them did. */
  ofAll: number
  closedBy: { largeFrame: number; flood: number; tokenEnd: number; tokenEndAfterMs: number }
}

/** The live feed under attack: who is let in, who hears what, and what ends a connection. */
export async function attackLive(events: number): Promise<LiveFindings> {
  const world = await openWorld()
  try {
    const { platform } = world.t
    const [owner, member, guest, stranger] = [
      await makeUser(platform),
      await makeUser(platform),
      await makeUser(platform),
      await makeUser(platform),
    ]
    const { id: organizationId } = await makeOrganization(platform, owner)
    await makeOrganization(platform, stranger)
    await makeMember(platform, organizationId, member, 'member')
    await makeMember(platform, organizationId, guest, 'guest')
    const file = await makeFile(platform, { organizationId, uploader: owner })
    await makeGrant(platform, {
      organizationId,
      resourceId: file.id,
      to: { organization: organizationId },
      rights: ['read'],
    })
    const refused = await knock(world, { owner, organizationId, fileId: file.id })
    const { heard, ofAll } = await overhear(world, {
      owner,
      others: { guest, stranger },
      member,
      fileId: file.id,
      events,
    })
    return { refused, heard, ofAll, closedBy: await strain(world, stranger) }
  } finally {
    await world.t.stop()
  }
}

const addressOf = ({ origin }: World): string => `${origin.replace('http', 'ws')}/api/live`

/** 101 when it was let in. */
function shake(world: World, headers: Record<string, string>): Promise<number> {
  const socket = new WebSocket(addressOf(world), { headers })
  return new Promise((resolve) => {
    socket.once('open', () => {
      resolve(101)
      socket.terminate()
    })
    socket.once('unexpected-response', (_request, response) => {
      resolve(response.statusCode ?? 0)
      response.resume()
    })
    socket.on('error', () => undefined)
  })
}

async function knock(
  world: World,
  { owner, organizationId, fileId }: { owner: UserActor; organizationId: string; fileId: string },
): Promise<Record<string, number>> {
  const { platform } = world.t
  const { authorization } = await bearer(platform, owner)
  const cookie = `trove_access=${authorization.slice('Bearer '.length)}`
  const link = await makeLink(platform, { organizationId, maker: owner, resourceId: fileId })
  const opened = await ask(world.origin, jsonOf('POST', '/api/links/open', { token: link.token }))
  return {
    'no token': await shake(world, {}),
    'a token that is none': await shake(world, { authorization: 'Bearer a.b.c' }),
    'a link': await shake(world, { authorization: `Bearer ${String(opened.json()['accessToken'])}` }),
    'another origin, by cookie': await shake(world, { cookie, origin: 'https://evil.example' }),
    'the origin null, by cookie': await shake(world, { cookie, origin: 'null' }),
    'another origin, by token': await shake(world, { authorization, origin: 'https://evil.example' }),
    'an origin that only begins like ours': await shake(world, { cookie, origin: `${world.origin}.evil.example` }),
  }
}

async function overhear(
  world: World,
  about: { owner: UserActor; others: Record<string, UserActor>; member: UserActor; fileId: string; events: number },
) {
  const { t, origin } = world
  const { owner, member, fileId, events } = about
  const counts: Record<string, number> = {}
  const sockets: WebSocket[] = []
  for (const [name, user] of Object.entries({ ...about.others, member })) {
    const socket = new WebSocket(addressOf(world), { headers: await bearer(t.platform, user) })
    await new Promise((resolve) => socket.once('message', resolve))
    counts[name] = 0
    socket.on('message', (message) => {
      if (String(message).includes(fileId)) counts[name] = (counts[name] ?? 0) + 1
    })
    sockets.push(socket)
  }
  const { authorization } = await bearer(t.platform, owner)
  for (let event = 0; event < events; event++)
    await ask(origin, jsonOf('PATCH', `/api/files/${fileId}`, { name: `name ${event}` }, authorization))
  await until(() => counts['member'] === events, 10_000)
  await sleep(200)
  for (const socket of sockets) socket.terminate()
  const { member: ofAll = 0, ...heard } = counts
  return { heard, ofAll }
}

async function strain(world: World, user: UserActor): Promise<LiveFindings['closedBy']> {
  const { platform } = world.t
  const open = async (authorization: string) => {
    const socket = new WebSocket(addressOf(world), { headers: { authorization } })
    const closed = new Promise<number>((resolve) => socket.once('close', resolve))
    socket.on('error', () => undefined)
    await new Promise((resolve) => socket.once('message', resolve))
    return { socket, closed }
  }
  const { authorization } = await bearer(platform, user)
  const large = await open(authorization)
  large.socket.send(Buffer.alloc(MIB))
  const largeFrame = await large.closed
  const flooded = await open(authorization)
  for (let count = 0; count < 1_000; count++) flooded.socket.send('x')
  const flood = await flooded.closed
  const startedAt = performance.now()
  const issuedAt = new Date(Date.now() - ACCESS_TOKEN_MS + 3_000)
  const { userId, sessionId } = user
  const ending = await open(`Bearer ${await signAccessToken(platform.keys, { userId, sessionId, issuedAt })}`)
  const tokenEnd = await ending.closed
  return { largeFrame, flood, tokenEnd, tokenEndAfterMs: performance.now() - startedAt }
}
