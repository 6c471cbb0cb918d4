import { endExpired } from '../src/domain/uploads/index.ts'
import type { TestPlatform } from './platform.ts'

/** What the clock does with uploads that nobody went on with in time: all that are still to begin are taken for such. */
export async function expireNow({ platform }: TestPlatform): Promise<void> {
  await platform.db
    .updateTable('upload')
    .set({ expires_at: new Date(0) })
    .where('status', '=', 'pending')
    .execute()
  await endExpired(platform)
}
