import { decodeProtectedHeader, errors, jwtVerify, SignJWT } from 'jose'
import type { LinkActor } from '../../../platform/actor.ts'
import { inTransaction, withoutWaiting } from '../../../platform/db/index.ts'
import { isId } from '../../../platform/ids.ts'
import type { Keys } from '../../../platform/keys.ts'
import type { Platform } from '../../../platform/platform.ts'
import * as store from './store.ts'

const ALGORITHM = 'HS256'
const ISSUER = 'trove'
/** Tells a pass from every other JWT that is signed here. */
const TYPE = 'link+jwt'
const SEEN_EVERY_MS = 60_000

/** Below `/api/shared/<link>`, for images and videos, which can send no header. */
export const VISIT_COOKIE = 'trove_visit'

type Claims = { linkId: string; visitId: string }

/** A pass says which visit to which link it is of, and nothing else. */
export function signPass(keys: Pick<Keys, 'linkVisit'>, { linkId, visitId }: Claims, expiresAt: Date): Promise<string> {
  return new SignJWT({ vid: visitId })
    .setProtectedHeader({ alg: ALGORITHM, typ: TYPE })
    .setIssuer(ISSUER)
    .setSubject(linkId)
    .setIssuedAt()
    .setExpirationTime(Math.floor(expiresAt.getTime() / 1000))
    .sign(keys.linkVisit)
}

export type VisitReader = {
  /** Who a pass stands for; undefined when it is none, has expired, or its visit or link is over. Asked each time. */
  read(pass: string, ip: string): Promise<LinkActor | undefined>
}

export function createVisitReader(platform: Pick<Platform, 'db' | 'keys'>): VisitReader {
  return {
    async read(pass, ip) {
      const claims = await readPass(platform.keys, pass)
      if (claims === undefined) return undefined
      const visit = await store.getLiveVisit(platform.db, { ...claims, ip })
      if (visit === undefined) return undefined
      if (Date.now() - visit.lastSeenAt.getTime() > SEEN_EVERY_MS) see(platform, claims.visitId)
      return { kind: 'link', ...claims, organizationId: visit.organizationId, ip }
    },
  }
}

async function readPass(keys: Pick<Keys, 'linkVisit'>, pass: string): Promise<Claims | undefined> {
  try {
    if (decodeProtectedHeader(pass).typ !== TYPE) return undefined
    const { payload } = await jwtVerify(pass, keys.linkVisit, { algorithms: [ALGORITHM], issuer: ISSUER, typ: TYPE })
    const { sub: linkId, vid: visitId, exp } = payload
    return isId(linkId) && isId(visitId) && exp !== undefined ? { linkId, visitId } : undefined
  } catch (error) {
    if (error instanceof errors.JOSEError || error instanceof TypeError) return undefined
    throw error
  }
}

function see({ db }: Pick<Platform, 'db'>, visitId: string): void {
  const write = inTransaction(db, async (tx) => {
    await withoutWaiting(tx)
    await store.seeVisit(tx, visitId)
  })
  write.catch(() => undefined) // nobody is refused because a clock was not set
}
