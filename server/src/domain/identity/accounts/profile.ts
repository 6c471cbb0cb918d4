import type { Me, Preferences } from '@trove/contract/identity'
import type { UserActor } from '../../../platform/actor.ts'
import { inTransaction } from '../../../platform/db/index.ts'
import type { Platform } from '../../../platform/platform.ts'
import { Problem } from '../../../platform/problem.ts'
import * as audit from '../../audit/index.ts'
import { presentMe } from '../opening.ts'
import { requireFreeUsername, requirePlace } from './rules.ts'
import * as store from './store.ts'

export type ProfileInput = {
  name?: string
  username?: string | null
  phone?: string | null
  timeZone?: string | null
  language?: string | null
  preferences?: Preferences
}

/**
 * What is absent stays; null removes.
 *
 * @throws username-taken
 * @throws invalid-request  the time zone or the language is none that there is
 */
export async function updateMe(platform: Pick<Platform, 'db'>, actor: UserActor, input: ProfileInput): Promise<Me> {
  requirePlace(input)
  if (typeof input.username === 'string') requireFreeUsername(input.username)
  const { name, ...rest } = input
  return inTransaction(platform.db, async (tx) => {
    const user = await store.setProfile(tx, actor.userId, { ...rest, ...(name !== undefined && { name: name.trim() }) })
    if (user === undefined) throw new Problem('not-signed-in', 'This account is gone.')
    // Which fields, not what they say: the trail is kept for longer than a phone number should be.
    await audit.recordSecurityEvent(tx, 'info', 'account.updated', {
      userId: user.id,
      actor,
      facts: { changed: Object.keys(input) },
    })
    return presentMe(user)
  })
}
