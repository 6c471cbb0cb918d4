import type { Config } from './config.ts'
import { embeddedUrl, startEmbedded } from './embedded.ts'
import { holderOf, lockFolder } from './lock.ts'
import type { ConnectedConfig } from './part.ts'

/**
 * Does one thing with the database: the one that is configured, else the built-in one of a Trove that runs on the
 * data folder, else the built-in one started just for this.
 *
 * @throws FolderInUse when a Trove begins to use the folder at the same moment
 */
export async function withDatabase<T>(config: Config, work: (config: ConnectedConfig) => Promise<T>): Promise<T> {
  const { databaseUrl } = config
  if (databaseUrl !== undefined) return work({ ...config, databaseUrl })

  const running = holderOf(config.dataFolder) && embeddedUrl(config.dataFolder)
  if (running) return work({ ...config, databaseUrl: running })

  const lock = lockFolder(config.dataFolder, 'a command that will be over soon')
  try {
    const postgres = await startEmbedded({ dataFolder: config.dataFolder, onWords: console.error })
    try {
      return await work({ ...config, databaseUrl: postgres.url })
    } finally {
      await postgres.stop()
    }
  } finally {
    lock.release()
  }
}
