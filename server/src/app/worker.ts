import { join } from 'node:path'
import { auditTasks } from '../domain/audit/index.ts'
import { accessTasks } from '../domain/access/index.ts'
import { fileTasks } from '../domain/files/index.ts'
import { identityTasks } from '../domain/identity/index.ts'
import { linkTasks } from '../domain/links/index.ts'
import { createRenderer, mediaTasks, useRenderer } from '../domain/media/index.ts'
import { opsTasks } from '../domain/ops/index.ts'
import { storageTasks } from '../domain/storage/index.ts'
import { uploadTasks } from '../domain/uploads/index.ts'
import { startWorkers, type Task } from '../platform/jobs/index.ts'
import { liveTasks } from '../platform/live/tasks.ts'
import { mailTasks } from '../platform/mail/index.ts'
import type { ConnectedConfig } from './part.ts'
import { openPlatform } from './platform.ts'
import { startSealing } from './sealing.ts'

const tasks: readonly Task[] = [
  ...auditTasks,
  ...identityTasks,
  ...storageTasks,
  ...accessTasks,
  ...fileTasks,
  ...mediaTasks,
  ...uploadTasks,
  ...linkTasks,
  ...opsTasks,
  ...liveTasks,
  ...mailTasks,
]

/**
 * Does everything slow, and what is due by the clock, until closed. Any number of workers may run, on any machines.
 * Closing gives back to the queue what is not done, within 8 s.
 */
export async function startWorker(config: ConnectedConfig): Promise<{ close(): Promise<void> }> {
  const platform = await openPlatform(config, 'worker')
  const { log, settings } = platform
  // The last resort: a fault that nobody caught is told; jobs that it broke are missed and run again.
  process.on('unhandledRejection', (err) => log.error({ err }, 'a rejection that nobody handled'))
  process.on('uncaughtException', (err) => log.error({ err }, 'an exception that nobody caught'))
  const hiddenFolders = ['secrets', 'postgres'].map((name) => join(config.dataFolder, name))
  const renderer = createRenderer({ settings, log, hiddenFolders })
  useRenderer(platform, renderer)
  const connectionString = config.databaseDirectUrl ?? config.databaseUrl
  const workers = await startWorkers(platform, tasks, { connectionString, log, slots: settings.workerConcurrency })
  const sealing = startSealing(platform, config.dataFolder)
  log.info({ slots: settings.workerConcurrency }, 'the worker works')
  return {
    async close() {
      await sealing.stop()
      await workers.stop()
      renderer.close()
      await platform.close()
    },
  }
}
