import type { Db } from '../../../platform/db/index.ts'
import * as store from './store.ts'

/** Names of the tasks that no worker begins, because an administrator has paused their step. */
export async function pausedTasks(db: Db): Promise<ReadonlySet<string>> {
  const pauses = await store.listPauses(db)
  return new Set(pauses.map(({ name }) => (name === 'variants' ? 'media.process' : `media.${name}`)))
}
