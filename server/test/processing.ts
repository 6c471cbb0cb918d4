import { createRenderer, mediaTasks, useRenderer } from '../src/domain/media/index.ts'
import { startWorkers } from '../src/platform/jobs/index.ts'
import type { TestPlatform } from './platform.ts'

const LOOK_MS = 50

/** What processes the files of a test platform: two workers, and the media children that they need. */
export type Processing = { stop(): Promise<void> }

/** @param tasks  all of the media room unless said */
export async function startProcessing(
  { platform, config }: Pick<TestPlatform, 'platform' | 'config'>,
  tasks: Parameters<typeof startWorkers>[1] = mediaTasks,
): Promise<Processing> {
  const renderer = createRenderer(platform)
  useRenderer(platform, renderer)
  const options = { connectionString: config.databaseUrl, log: platform.log, slots: 2 }
  const workers = await startWorkers(platform, tasks, options)
  return {
    async stop() {
      await workers.stop()
      renderer.close()
    },
  }
}

/** How a step has ended for these bytes, as it was written down. */
export async function endOfStep(
  { db }: Pick<TestPlatform['platform'], 'db'>,
  { blobId, name, withinMs }: { blobId: string; name: string; withinMs: number },
) {
  for (let waited = 0; waited < withinMs; waited += LOOK_MS) {
    const step = await db
      .selectFrom('step')
      .select(['status', 'reason', 'failure'])
      .where('blob_id', '=', blobId)
      .where('name', '=', name)
      .where('status', 'in', ['done', 'failed', 'skipped'])
      .executeTakeFirst()
    if (step !== undefined) return step
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS))
  }
  throw new Error(`the step ${name} has not ended`)
}
