import { fileTasks } from '../src/domain/files/index.ts'
import type { TestPlatform } from './platform.ts'

/** What the night does with what has been in the trash for its time. */
export async function purgeNow({ platform }: TestPlatform): Promise<void> {
  for (const task of fileTasks) await task.run(platform, {} as never, new AbortController().signal)
}
