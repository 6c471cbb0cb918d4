import pg from 'pg'

/** A connection that is in use for so long makes one ask whether the server still answers at all. */
const SUSPICIOUS_MS = 4_000
const PROBE_MS = 4_000
const LOOK_EVERY_MS = 1_000

/**
 * Lets go of connections to a server that has stopped answering without closing them: it hangs, or the network swallows
 * everything. Whoever waits on one is told within about 9 s, instead of after the time that a slow statement may take;
 * a server that is merely slow answers the probe, and nothing happens.
 */
export function watchPool(pool: pg.Pool, connectionString: string): void {
  const inUseSince = new Map<pg.PoolClient, number>()
  let timer: NodeJS.Timeout | undefined
  let isProbing = false

  const look = async () => {
    const suspiciousBefore = Date.now() - SUSPICIOUS_MS
    if (isProbing || ![...inUseSince.values()].some((since) => since < suspiciousBefore)) return
    isProbing = true
    const askedAt = Date.now()
    const answers = await probe(connectionString)
    isProbing = false
    if (answers) return
    for (const [client, since] of inUseSince) if (since < askedAt) letGo(client)
  }
  const rest = () => {
    if (inUseSince.size > 0) return
    clearInterval(timer)
    timer = undefined
  }

  pool.on('acquire', (client) => {
    inUseSince.set(client, Date.now())
    timer ??= setInterval(() => void look(), LOOK_EVERY_MS).unref()
  })
  for (const event of ['release', 'remove'] as const)
    pool.on(event, (...told: unknown[]) => {
      const client = told.find((each) => inUseSince.has(each as pg.PoolClient))
      inUseSince.delete(client as pg.PoolClient)
      rest()
    })
}

async function probe(connectionString: string): Promise<boolean> {
  const client = new pg.Client({ connectionString, connectionTimeoutMillis: PROBE_MS, query_timeout: PROBE_MS })
  client.on('error', () => undefined)
  try {
    await client.connect()
    await client.query('select 1')
    return true
  } catch (error) {
    // A server that refuses, because it is full or starting, is one that answers.
    return error instanceof pg.DatabaseError
  } finally {
    void client.end().catch(() => undefined)
  }
}

/** As though the network had broken: the query under way is told so, and the pool makes another connection. */
function letGo(client: pg.PoolClient): void {
  const { connection } = client as unknown as { connection?: { stream?: { destroy(): void } } }
  connection?.stream?.destroy()
}
