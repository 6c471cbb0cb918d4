import { pino } from 'pino'
import { readersAmong } from '../domain/access/index.ts'
import { createNotices } from '../domain/storage/index.ts'
import { connect } from '../platform/db/index.ts'
import { createJobs } from '../platform/jobs/index.ts'
import { deriveKeys } from '../platform/keys.ts'
import { openLimits } from '../platform/limits/index.ts'
import { openLive } from '../platform/live/index.ts'
import { openMail } from '../platform/mail/index.ts'
import { watched } from '../platform/objects/watched.ts'
import type { Platform } from '../platform/platform.ts'
import { createClamd } from '../platform/scan/index.ts'
import { openStorage } from './objects.ts'
import type { ConnectedConfig } from './part.ts'

export type OpenPlatform = Platform & { log: ReturnType<typeof openLog>; close(): Promise<void> }

/** Opens every machine that the configuration names. What was opened is closed again when a later one fails. */
export async function openPlatform(config: ConnectedConfig, part: 'api' | 'worker'): Promise<OpenPlatform> {
  const log = openLog(config, part)
  const directUrl = config.databaseDirectUrl ?? config.databaseUrl
  const db = connect(config.databaseUrl, {
    poolSize: config.poolSize,
    prepare: config.prepare,
    onIdleError: (err) => log.warn({ err }, 'an idle database connection was lost'),
  })
  const { objects: plain, layers } = await openStorage(config, db).catch(async (error: unknown) => {
    await db.destroy()
    throw error
  })
  const jobs = await createJobs({ connectionString: directUrl, log }).catch(async (error: unknown) => {
    await db.destroy()
    throw error
  })
  // What people fetch is noticed; what a worker reads to look after it is not.
  const objects = part === 'api' ? watched(plain, createNotices({ db, jobs, log, settings: config.settings })) : plain
  const limits = openLimits(config.redisUrl, log)
  const live = openLive(db, directUrl, log, readersAmong)
  return {
    db,
    objects,
    layers,
    jobs,
    keys: deriveKeys(config.secret),
    live,
    limits,
    mail: openMail({ jobs, settings: config.settings }),
    scanner: config.settings.scanning && createClamd(config.settings.scanning.address),
    settings: config.settings,
    log,
    async close() {
      await live.close()
      await limits.close()
      await objects.close()
      await jobs.close()
      await db.destroy()
    },
  }
}

/** Secrets travel in headers and cookies, so neither is ever logged; one in an address is blotted out. */
function openLog(config: Pick<ConnectedConfig, 'logLevel'>, part: string) {
  return pino({
    level: config.logLevel,
    base: { part },
    serializers: { req: ({ method, url }: { method: string; url: string }) => ({ method, url: withoutSecret(url) }) },
  })
}

const withoutSecret = (url: string): string | undefined => url.split('?')[0]?.replace(/(\/downloads\/)[^/]+/i, '$1…')
