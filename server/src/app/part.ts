import { loadConfig, type Config } from './config.ts'
import { stopRequests } from './signals.ts'

/** A Config whose database is known: what every part but the supervisor needs. */
export type ConnectedConfig = Config & { readonly databaseUrl: string }

/** A part that hangs on the way down is ended before the supervisor, or an orchestra's 15 s, would kill it. */
const CLOSE_MS = 12_000

/**
 * Runs one part of Trove, alone or as the supervisor's child, until it is asked to stop.
 * A child whose supervisor is gone ends at once: nobody would start it again or take its place.
 *
 * @returns the exit code
 */
export async function runPart(
  name: string,
  start: (config: ConnectedConfig) => Promise<{ close(): Promise<void> }>,
): Promise<number> {
  process.on('disconnect', () => process.exit(1))
  const stop = stopRequests()
  const config = loadConfig()
  const { databaseUrl } = config
  if (databaseUrl === undefined)
    throw new Error(`The ${name} alone needs DATABASE_URL. npm start runs everything with a database of its own.`)
  const part = await start({ ...config, databaseUrl })
  await stop.first
  const code = await Promise.race([part.close().then(() => 0), stop.again.then(() => 1), late()])
  if (code !== 0) console.error(`The ${name} was ended before it was done.`)
  return code
}

function late(): Promise<number> {
  return new Promise((resolve) => setTimeout(resolve, CLOSE_MS, 1).unref())
}
