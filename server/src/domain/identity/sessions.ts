import type { Actor } from '../../platform/actor.ts'
import type { Platform } from '../../platform/platform.ts'
import * as store from './store.ts'
import { readAccessToken } from './tokens.ts'

/** How long a live session is believed before it is asked about again. A revocation is told at once; this is for when that was missed. */
const BELIEVED_MS = 1_000
const MAX_REMEMBERED = 20_000

type Believed = { userId: string; isAdministrator: boolean; until: number }

export type Authenticator = {
  /** Who a token stands for; undefined when it is not genuine, has expired, or its session has ended. */
  read(token: string, ip: string): Promise<{ actor: Extract<Actor, { kind: 'user' }>; expiresAt: Date } | undefined>
}

/** Asks about each session at most once a second, however many requests come with it. */
export function createAuthenticator(platform: Pick<Platform, 'db' | 'keys' | 'live'>): Authenticator {
  const believed = new Map<string, Believed>()
  const asking = new Map<string, Promise<Believed | undefined>>()

  platform.live.onSessionEnded((sessionId) => {
    if (sessionId === undefined) believed.clear()
    else believed.delete(sessionId)
  })

  async function ask(sessionId: string): Promise<Believed | undefined> {
    const session = await store.getLiveSession(platform.db, sessionId)
    if (believed.size >= MAX_REMEMBERED) believed.clear()
    if (session === undefined) return void believed.delete(sessionId)
    const known = { ...session, until: Date.now() + BELIEVED_MS }
    believed.set(sessionId, known)
    return known
  }

  function askOnce(sessionId: string): Promise<Believed | undefined> {
    const running = asking.get(sessionId)
    if (running !== undefined) return running
    const started = ask(sessionId).finally(() => asking.delete(sessionId))
    asking.set(sessionId, started)
    return started
  }

  return {
    async read(token, ip) {
      const claims = await readAccessToken(platform.keys, token, new Date())
      if (claims === undefined) return undefined
      const known = believed.get(claims.sessionId)
      const session = known !== undefined && known.until > Date.now() ? known : await askOnce(claims.sessionId)
      if (session === undefined || session.userId !== claims.userId) return undefined
      const { userId, isAdministrator } = session
      return {
        actor: { kind: 'user', userId, sessionId: claims.sessionId, isAdministrator, ip },
        expiresAt: claims.expiresAt,
      }
    },
  }
}
