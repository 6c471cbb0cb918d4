import { WebSocket } from 'ws'
import type { UserActor } from '../../src/platform/actor.ts'
import { newId } from '../../src/platform/ids.ts'
import { bearer, makeGrant, makeLink, makeMember, makeOrganization, makeTeam, makeUser } from '../make.ts'
import { plantPlace } from '../matrix/planted.ts'
import { jsonOf, sleep, until } from '../server.ts'
import { openWorld, type World } from '../tenant.ts'
import { ask, type Sent } from '../tus.ts'

export const revocations = [
  'a grant is removed',
  'a team is left',
  'a user is suspended',
  'a session signs out',
  'a password is changed elsewhere',
  'an API key is revoked',
  'a link is revoked',
] as const
export type Revocation = (typeof revocations)[number]

/** How long after the response to the revocation something was still let through or open, in milliseconds. */
export type Lingering = { what: Revocation; door: string; ms: number }

const LOOK_FOR_MS = 4_000
const PASSWORD = 'correct horse battery staple'

type Stage = {
  world: World
  organizationId: string
  owner: UserActor
  fileId: string
  folderId: string
  send(
    method: string,
    path: string,
    authorization: string,
    body?: unknown,
  ): Promise<{ status: number; json(): Record<string, unknown> }>
}
type Ready = {
  authorization: string
  revoke: () => Promise<{ status: number }>
  endsSocket: boolean
  sharedPath?: string
}

/** Has everything open that a person can have open, revokes, and looks how soon each door is shut. */
export async function revoke(times: number, atOnce: number): Promise<Lingering[]> {
  const world = await openWorld({ DOWNLOADS_PER_MINUTE: '1000000', LOGIN_FAILURES_PER_MINUTE: '1000000' })
  const found: Lingering[] = []
  try {
    const rounds = revocations.flatMap((what) => Array.from({ length: times }, () => what))
    let next = 0
    const lane = async () => {
      while (next < rounds.length) {
        const what = rounds[next++] as Revocation
        found.push(...(await revokeOnce(world, what)))
      }
    }
    await Promise.all(Array.from({ length: atOnce }, lane))
    return found
  } finally {
    await world.t.stop()
  }
}

async function revokeOnce(world: World, what: Revocation): Promise<Lingering[]> {
  const stage = await setStage(world)
  const ready = await prepare[what](stage)
  const doors = doorsOf(stage, ready, await addressOf(stage, ready))
  for (const [door, sent] of Object.entries(doors)) {
    const { status } = await ask(world.origin, sent)
    if (status >= 300) throw new Error(`${what}: the ${door} was not open to begin with: ${status}`)
  }
  const live = ready.sharedPath === undefined ? await listen(stage, ready) : undefined
  const revoked = await ready.revoke()
  if (revoked.status >= 300) throw new Error(`${what}: ${revoked.status}`)
  const startedAt = performance.now()
  const shut = Object.entries(doors).map(async ([door, sent]) => ({
    what,
    door,
    ms: await untilRefused(world, sent, startedAt),
  }))
  const told = live === undefined ? [] : [live.lingering(startedAt).then((ms) => ({ what, door: 'live feed', ms }))]
  const found = await Promise.all([...shut, ...told])
  live?.close()
  return found
}

async function setStage(world: World): Promise<Stage> {
  const { t, origin } = world
  const owner = await makeUser(t.platform)
  const { id: organizationId } = await makeOrganization(t.platform, owner)
  const place = await plantPlace(t, { organizationId, owner })
  return {
    world,
    organizationId,
    owner,
    ...place,
    send: (method, path, authorization, body) => ask(origin, jsonOf(method, path, body, authorization)),
  }
}

const headerOf = async ({ world }: Stage, user: UserActor): Promise<string> =>
  (await bearer(world.t.platform, user)).authorization

async function holder(stage: Stage, user?: UserActor): Promise<UserActor> {
  const { world, organizationId, folderId } = stage
  const member = user ?? (await makeUser(world.t.platform))
  await makeMember(world.t.platform, organizationId, member, 'member')
  await makeGrant(world.t.platform, { organizationId, resourceId: folderId, to: { user: member.userId } })
  return member
}

const prepare: Record<Revocation, (stage: Stage) => Promise<Ready>> = {
  async 'a grant is removed'(stage) {
    const { world, organizationId, folderId, owner, send } = stage
    const user = await makeUser(world.t.platform)
    await makeMember(world.t.platform, organizationId, user, 'member')
    const { id } = await makeGrant(world.t.platform, {
      organizationId,
      resourceId: folderId,
      to: { user: user.userId },
    })
    const [authorization, owners] = [await headerOf(stage, user), await headerOf(stage, owner)]
    return {
      authorization,
      endsSocket: false,
      revoke: () => send('DELETE', `/api/resources/${folderId}/grants/${id}`, owners),
    }
  },
  async 'a team is left'(stage) {
    const { world, organizationId, folderId, owner, send } = stage
    const user = await makeUser(world.t.platform)
    await makeMember(world.t.platform, organizationId, user, 'member')
    const team = await makeTeam(world.t.platform, { organizationId, maker: owner, members: [user] })
    await makeGrant(world.t.platform, { organizationId, resourceId: folderId, to: { team: team.id } })
    const [authorization, owners] = [await headerOf(stage, user), await headerOf(stage, owner)]
    const path = `/api/organizations/${organizationId}/teams/${team.id}/members/${user.userId}`
    return { authorization, endsSocket: false, revoke: () => send('DELETE', path, owners) }
  },
  async 'a user is suspended'(stage) {
    const user = await holder(stage)
    const administrator = await makeUser(stage.world.t.platform, { isAdministrator: true })
    const [authorization, theirs] = [await headerOf(stage, user), await headerOf(stage, administrator)]
    return {
      authorization,
      endsSocket: true,
      revoke: () => stage.send('POST', `/api/users/${user.userId}/suspend`, theirs),
    }
  },
  async 'a session signs out'(stage) {
    const authorization = await headerOf(stage, await holder(stage))
    return { authorization, endsSocket: true, revoke: () => stage.send('POST', '/api/auth/logout', authorization) }
  },
  async 'a password is changed elsewhere'(stage) {
    const { world, send } = stage
    const email = `person-${newId()}@example.org`
    const registered = await send('POST', '/api/auth/register', '', { email, password: PASSWORD, name: 'Person' })
    const elsewhere = await send('POST', '/api/auth/login', '', { email, password: PASSWORD })
    const { id: userId } = registered.json()['user'] as { id: string }
    await holder(stage, { ...(await makeUser(world.t.platform)), userId })
    const [one, other] = [registered, elsewhere].map((reply) => `Bearer ${String(reply.json()['accessToken'])}`)
    const body = { password: PASSWORD, newPassword: `${PASSWORD} and another` }
    return {
      authorization: String(one),
      endsSocket: true,
      revoke: () => send('POST', '/api/me/password', String(other), body),
    }
  },
  async 'an API key is revoked'(stage) {
    const authorization = await headerOf(stage, await holder(stage))
    const made = await stage.send('POST', '/api/me/api-keys', authorization, {
      name: 'Key',
      scopes: ['read', 'download'],
    })
    const { token, apiKey } = made.json() as { token: string; apiKey: { id: string } }
    const revoke = () => stage.send('DELETE', `/api/me/api-keys/${apiKey.id}`, authorization)
    return { authorization: `Bearer ${token}`, endsSocket: true, revoke }
  },
  async 'a link is revoked'(stage) {
    const { world, organizationId, folderId, owner, send } = stage
    const link = await makeLink(world.t.platform, { organizationId, maker: owner, resourceId: folderId })
    await world.t.platform.db.updateTable('link').set({ keeps_metadata: true }).where('id', '=', link.id).execute()
    const opened = await send('POST', '/api/links/open', '', { token: link.token })
    const owners = await headerOf(stage, owner)
    return {
      authorization: `Bearer ${String(opened.json()['accessToken'])}`,
      endsSocket: false,
      sharedPath: `/api/shared/${link.id}`,
      revoke: () => send('DELETE', `/api/links/${link.id}`, owners),
    }
  },
}

/** An address that downloads without a header, made by whoever is about to lose it. */
async function addressOf({ send, fileId }: Stage, { authorization, sharedPath }: Ready): Promise<string | undefined> {
  if (sharedPath !== undefined) return undefined
  const made = await send('POST', `/api/files/${fileId}/download-tokens`, authorization, { maxDownloads: 100 })
  if (made.status !== 201) throw new Error(`no download address: ${made.status}`)
  return new URL(String(made.json()['url']), 'http://x').pathname
}

function doorsOf(
  { fileId }: Stage,
  { authorization, sharedPath = '/api' }: Ready,
  address: string | undefined,
): Record<string, Sent> {
  const get = (path: string, range?: string): Sent => ({
    method: 'GET',
    path,
    headers: { authorization, ...(range !== undefined && { range }) },
  })
  return {
    file: get(`${sharedPath}/files/${fileId}`),
    'next range': get(`${sharedPath}/files/${fileId}/content`, 'bytes=2-5'),
    thumbnail: get(`${sharedPath}/files/${fileId}/variants/thumbnail`),
    ...(address !== undefined && {
      'download address': { method: 'GET', path: address, headers: { range: 'bytes=0-1' } },
    }),
  }
}

async function untilRefused({ origin }: World, sent: Sent, startedAt: number): Promise<number> {
  let lastOpenAt = startedAt
  let refusals = 0
  // Refused three times running: an answer that was believed for a moment must not come back.
  while (refusals < 3 && performance.now() - startedAt < LOOK_FOR_MS) {
    const askedAt = performance.now()
    const { status } = await ask(origin, sent)
    if (status >= 500) throw new Error(`${sent.path}: ${status}`)
    if (status < 400) lastOpenAt = askedAt
    refusals = status < 400 ? 0 : refusals + 1
    await sleep(50)
  }
  return refusals < 3 ? Number.POSITIVE_INFINITY : lastOpenAt - startedAt
}

/** A live connection: how long it stays open where it must end, or hears of the file where it may stay. */
async function listen(stage: Stage, { authorization, endsSocket }: Ready) {
  const { world, send, fileId, owner } = stage
  const socket = new WebSocket(`${world.origin.replace('http', 'ws')}/api/live`, { headers: { authorization } })
  let closedAt: number | undefined
  let heardAt: number | undefined
  await new Promise((resolve, reject) => {
    socket.once('message', resolve)
    socket.once('error', reject)
  })
  socket.on('message', (message) => {
    if (String(message).includes(fileId)) heardAt = performance.now()
  })
  socket.once('close', () => (closedAt = performance.now()))
  const owners = await headerOf(stage, owner)
  await send('PATCH', `/api/files/${fileId}`, owners, { name: 'renamed before' })
  if (!(await until(() => heardAt !== undefined, LOOK_FOR_MS, 10)))
    throw new Error('the live feed was silent to begin with')
  return {
    close: () => socket.terminate(),
    async lingering(startedAt: number): Promise<number> {
      if (endsSocket) {
        for (; closedAt === undefined && performance.now() - startedAt < LOOK_FOR_MS;) await sleep(20)
        return closedAt === undefined ? Number.POSITIVE_INFINITY : closedAt - startedAt
      }
      // What happens from now on is none of theirs; that their access has changed is, and comes first.
      await sleep(100)
      heardAt = undefined
      await send('PATCH', `/api/files/${fileId}`, owners, { name: 'renamed since' })
      await sleep(800)
      return heardAt === undefined ? 0 : heardAt - startedAt
    },
  }
}
