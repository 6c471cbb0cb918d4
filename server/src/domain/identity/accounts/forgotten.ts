import { inTransaction } from '../../../platform/db/index.ts'
import { networkOf } from '../../../platform/http/address.ts'
import type { Limiter } from '../../../platform/http/limiter.ts'
import type { Platform } from '../../../platform/platform.ts'
import { normalizeEmail } from '../rules.ts'
import { sendReset } from './tasks.ts'

/**
 * Asks for the mail that resets a password. Whether there is such an account is found out later, by a job: here both
 * cost the same.
 *
 * @throws too-many-requests  alike for addresses that have an account and that have none
 */
export async function forgotPassword(
  platform: Pick<Platform, 'db' | 'jobs'> & { resetsOfAddress: Limiter; resetsOfEmail: Limiter },
  ip: string,
  typed: string,
): Promise<void> {
  const email = normalizeEmail(typed)
  await platform.resetsOfAddress.take(networkOf(ip))
  await platform.resetsOfEmail.take(email)
  await inTransaction(platform.db, (tx) => platform.jobs.enqueue(tx, sendReset, { email, ip }))
}
