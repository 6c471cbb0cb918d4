import { join } from 'node:path'
import { createRenderer, pausedTasks, useRenderer } from '../domain/media/index.ts'
import { startWorkers } from '../platform/jobs/index.ts'
import { emptyScratch } from '../platform/scratch.ts'
import type { ConnectedConfig } from './part.ts'
import { openPlatform } from './platform.ts'
import { startSealing } from './sealing.ts'
import { tasks } from './tasks.ts'

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
  await emptyScratch(settings.temporaryFolder)
  const hiddenFolders = ['secrets', 'postgres'].map((name) => join(config.dataFolder, name))
  const renderer = createRenderer({ settings, log, hiddenFolders })
  useRenderer(platform, renderer)
  const connectionString = config.databaseDirectUrl ?? config.databaseUrl
  const paused = () => pausedTasks(platform.db)
  const slots = settings.workerConcurrency
  const workers = await startWorkers(platform, tasks, { connectionString, log, slots, paused })
  const sealing = startSealing(platform, config.dataFolder)
  log.info({ slots }, 'the worker works')
  return {
    async close() {
      await sealing.stop()
      await workers.stop()
      renderer.close()
      await platform.close()
    },
  }
}
