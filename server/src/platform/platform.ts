import type { FastifyBaseLogger } from 'fastify'
import type { Db } from './db/index.ts'
import type { Jobs } from './jobs/index.ts'
import type { Keys } from './keys.ts'
import type { Limits } from './limits/index.ts'
import type { Live } from './live/index.ts'
import type { Mail } from './mail/index.ts'
import type { Layers } from './objects/layered.ts'
import type { ObjectStore } from './objects/object-store.ts'
import type { Scanner } from './scan/index.ts'
import type { Settings } from './settings.ts'

/** The machines that an operation may use. A function asks for the part it needs: `Pick<Platform, 'db'>`. */
export type Platform = {
  db: Db
  objects: ObjectStore
  /** What `objects` is made of: for what moves bytes between stores, and for nothing else. */
  layers: Layers
  jobs: Jobs
  keys: Keys
  live: Live
  limits: Limits
  mail: Mail
  /** undefined: files are not scanned. */
  scanner: Scanner | undefined
  settings: Settings
  log: Log
}

/** One message and fields; a problem is `info`, a fault is `error`. */
export type Log = Pick<FastifyBaseLogger, 'debug' | 'info' | 'warn' | 'error'>
