import { inTransaction, type Tx } from '../../../platform/db/index.ts'
import type { Platform } from '../../../platform/platform.ts'
import * as audit from '../../audit/index.ts'
import { lineOf } from './rules.ts'
import * as store from './store.ts'

/**
 * Mails administrators what is critical, once: what has happened since they were told last, in one mail of a few lines.
 * @returns how many events were told
 */
export async function tellAdministrators(
  { db, mail }: Pick<Platform, 'db' | 'mail'>,
  now = new Date(),
): Promise<number> {
  return inTransaction(db, (tx) => tellIn({ mail }, tx, now))
}

/** The same as a step. */
export async function tellIn({ mail }: Pick<Platform, 'mail'>, tx: Tx, now: Date): Promise<number> {
  const { count, newest } = await audit.takeUntold(tx, now)
  if (count === 0) return 0
  const names = await store.namesOfUsers(tx, [...new Set(newest.flatMap(({ userId }) => userId ?? []))])
  const lines = newest.map((event) => lineOf(event, event.userId === null ? undefined : names.get(event.userId)))
  const more = count > newest.length ? [`And ${count - newest.length} more.`] : []
  for (const to of await store.listAdministrators(tx)) {
    await mail.send(tx, {
      to,
      subject: count === 1 ? 'A critical security event' : `${count} critical security events`,
      text: [...lines, ...more, 'Look at them in the administration, and ask the people concerned.'].join('\n\n'),
      link: { label: 'Look at security events', path: '/administration/security' },
    })
  }
  return count
}
