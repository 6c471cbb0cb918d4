import type { Preferences, topics } from '@trove/contract/identity'
import type { Tx } from '../../../platform/db/index.ts'
import type { Letter } from '../../../platform/mail/index.ts'
import type { Platform } from '../../../platform/platform.ts'
import * as store from './store.ts'

type Topic = (typeof topics)[number]

/** A step: tells an account by mail, unless it does not want to hear of this, or may not sign in any more. */
export async function notify(
  tx: Tx,
  { mail }: Pick<Platform, 'mail'>,
  about: { userId: string; topic: Topic },
  letter: Omit<Letter, 'to'>,
): Promise<void> {
  const user = await store.lockActive(tx, about.userId)
  if (user === undefined) return
  const wanted = (user.preferences as Preferences).notifications?.[about.topic]
  if (wanted?.includes('mail') ?? true) await mail.send(tx, { to: user.email, ...letter })
}
