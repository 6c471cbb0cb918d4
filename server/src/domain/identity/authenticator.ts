import type { Scope } from '@trove/contract/access'
import type { UserActor } from '../../platform/actor.ts'
import { inTransaction, withoutWaiting, type Tx } from '../../platform/db/index.ts'
import type { Platform } from '../../platform/platform.ts'
import { getLiveKey, seeApiKey } from './keys/store.ts'
import { isKeyToken } from './keys/tokens.ts'
import * as store from './store.ts'
import { hashToken, readAccessToken } from './tokens.ts'

/** How long a live session or key is believed before it is asked about again. A revocation is told at once; this is for when that was missed. */
const BELIEVED_MS = 1_000
const MAX_REMEMBERED = 20_000
/** Last use is told to this precision, so that it costs next to nothing. */
const SEEN_EVERY_MS = 60_000
/** What a key has opened, such as a live connection, shows again after this long that the key lives. */
const KEY_OPENS_MS = 15 * 60_000

/** `id`: of the session or the key. */
type Believed = {
  id: string
  userId: string
  isAdministrator: boolean
  scopes?: readonly Scope[]
  expiresAt?: Date | null
  until: number
}

export type Authenticator = {
  /** Who an access token or API key stands for; undefined when it is not genuine, has expired, or has been revoked. */
  read(token: string, ip: string): Promise<{ actor: UserActor; expiresAt: Date } | undefined>
}

/** Asks about each session and key at most once a second, however many requests come with it. */
export function createAuthenticator(platform: Pick<Platform, 'db' | 'keys' | 'live'>): Authenticator {
  const remember = createMemory(platform.live)

  const seen = (lastUsedAt: Date | null, see: (tx: Tx) => Promise<void>) => {
    if (lastUsedAt !== null && Date.now() - lastUsedAt.getTime() < SEEN_EVERY_MS) return
    const write = async (tx: Tx) => {
      await withoutWaiting(tx)
      await see(tx)
    }
    inTransaction(platform.db, write).catch(() => undefined) // nobody is refused because a clock was not set
  }

  async function askSession(sessionId: string, ip: string): Promise<Omit<Believed, 'until'> | undefined> {
    const session = await store.getLiveSession(platform.db, sessionId)
    if (session === undefined) return undefined
    seen(session.lastUsedAt, (tx) => store.seeSession(tx, sessionId, ip))
    return { id: sessionId, userId: session.userId, isAdministrator: session.isAdministrator }
  }

  async function askKey(token: string, ip: string): Promise<Omit<Believed, 'until'> | undefined> {
    const key = await getLiveKey(platform.db, hashToken(token))
    if (key === undefined) return undefined
    const { lastUsedAt, ...known } = key
    seen(lastUsedAt, (tx) => seeApiKey(tx, key.id, ip))
    return known
  }

  async function readKey(token: string, ip: string) {
    const key = await remember(`key ${hashToken(token).toString('base64url')}`, () => askKey(token, ip))
    if (key === undefined || (key.expiresAt && key.expiresAt <= new Date())) return undefined
    const { id, userId, isAdministrator, scopes = [] } = key
    const opensUntil = new Date(
      Math.min(Date.now() + KEY_OPENS_MS, key.expiresAt?.getTime() ?? Number.POSITIVE_INFINITY),
    )
    return {
      actor: { kind: 'user', userId, sessionId: id, isAdministrator, ip, scopes } as const,
      expiresAt: opensUntil,
    }
  }

  return {
    async read(token, ip) {
      if (isKeyToken(token)) return readKey(token, ip)
      const claims = await readAccessToken(platform.keys, token, new Date())
      if (claims === undefined) return undefined
      const session = await remember(claims.sessionId, () => askSession(claims.sessionId, ip))
      if (session === undefined || session.userId !== claims.userId) return undefined
      const { id, userId, isAdministrator } = session
      return { actor: { kind: 'user', userId, sessionId: id, isAdministrator, ip }, expiresAt: claims.expiresAt }
    },
  }
}

/** Remembers what was found for as long as it is believed. What is asked for twice at once is looked up once. */
function createMemory(live: Platform['live']) {
  const believed = new Map<string, Believed>()
  const asking = new Map<string, Promise<Believed | undefined>>()
  /** Counts what ended while somebody was being asked about: such an answer may be of before. */
  let endings = 0

  live.onSessionEnded((id) => {
    endings += 1
    if (id === undefined) return believed.clear()
    for (const [name, known] of believed) if (known.id === id) believed.delete(name)
  })

  async function ask(name: string, look: () => Promise<Omit<Believed, 'until'> | undefined>) {
    const before = endings
    const found = await look()
    if (believed.size >= MAX_REMEMBERED) believed.clear()
    if (found === undefined) return void believed.delete(name)
    const known = { ...found, until: Date.now() + BELIEVED_MS }
    if (before === endings) believed.set(name, known)
    return known
  }

  return (name: string, look: () => Promise<Omit<Believed, 'until'> | undefined>): Promise<Believed | undefined> => {
    const known = believed.get(name)
    if (known !== undefined && known.until > Date.now()) return Promise.resolve(known)
    const running = asking.get(name)
    if (running !== undefined) return running
    const started = ask(name, look).finally(() => asking.delete(name))
    asking.set(name, started)
    return started
  }
}
