import pg from 'pg'
import type { Log } from '../platform.ts'

const RECONNECT_MIN_MS = 200
const RECONNECT_MAX_MS = 5_000

export type Listener = {
  /** Hears each notification of a channel, and `undefined` after a reconnection: some may have been missed. */
  on(channel: string, hear: (payload: string | undefined) => void): void
  /** Hears that the connection was lost and is there again. */
  onReturn(hear: () => void): void
  notify(channel: string, payload: string): Promise<void>
  close(): Promise<void>
}

/**
 * One connection that listens to PostgreSQL's NOTIFY and comes back by itself.
 *
 * @param connectionString  a direct one: a pooler in transaction mode drops LISTEN
 */
export function openListener(connectionString: string, log: Log): Listener {
  const heard = new Map<string, ((payload: string | undefined) => void)[]>()
  const returns: (() => void)[] = []
  let isFirst = true
  let client: pg.Client | undefined
  let isClosed = false
  let delayMs = RECONNECT_MIN_MS
  let timer: NodeJS.Timeout | undefined
  const inTurn = oneAfterAnother()

  async function connect() {
    const next = newClient(connectionString, tell, lost)
    try {
      await next.connect()
      for (const channel of heard.keys()) await next.query(`listen ${pg.escapeIdentifier(channel)}`)
    } catch (error) {
      log.warn({ err: error }, 'the live feed cannot reach the database; trying again')
      await next.end().catch(() => undefined)
      return again()
    }
    if (isClosed) return void next.end().catch(() => undefined)
    client = next
    delayMs = RECONNECT_MIN_MS
    for (const channel of heard.keys()) tell(channel, undefined)
    for (const hear of isFirst ? [] : returns) hear()
    isFirst = false
  }

  const lost = (which: pg.Client) => {
    if (client === which) again()
  }

  function again() {
    timer = isClosed ? undefined : setTimeout(() => void connect(), delayMs)
    delayMs = Math.min(delayMs * 2, RECONNECT_MAX_MS)
  }

  function tell(channel: string, payload: string | undefined) {
    for (const hear of heard.get(channel) ?? []) hear(payload)
  }

  const send = (text: string, values: string[] = []) => inTurn(async () => client?.query(text, values))

  // Whoever opens it says on the same turn what they listen to; the connection is made on the next.
  timer = setTimeout(() => void connect(), 0)

  return {
    on(channel, hear) {
      const known = heard.get(channel)
      if (known !== undefined) return void known.push(hear)
      heard.set(channel, [hear])
      if (client !== undefined) send(`listen ${pg.escapeIdentifier(channel)}`).catch(() => undefined)
    },
    onReturn: (hear) => void returns.push(hear),
    async notify(channel, payload) {
      if (client !== undefined) await send('select pg_notify($1, $2)', [channel, payload])
    },
    async close() {
      isClosed = true
      clearTimeout(timer)
      const last = client
      client = undefined
      await last?.end().catch(() => undefined)
    },
  }
}

/** The driver no longer keeps a queue of its own. */
function oneAfterAnother(): (ask: () => Promise<unknown>) => Promise<unknown> {
  let before: Promise<unknown> = Promise.resolve()
  return (ask) => {
    const asked = before.then(ask)
    before = asked.catch(() => undefined)
    return asked
  }
}

function newClient(
  connectionString: string,
  tell: (channel: string, payload: string) => void,
  lost: (which: pg.Client) => void,
): pg.Client {
  const client = new pg.Client({ connectionString, keepAlive: true, connectionTimeoutMillis: RECONNECT_MAX_MS })
  client.on('notification', ({ channel, payload }) => tell(channel, payload ?? ''))
  client.on('error', () => lost(client))
  client.on('end', () => lost(client))
  return client
}
