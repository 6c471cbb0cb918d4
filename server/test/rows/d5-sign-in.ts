import { createDatabase } from '../platform.ts'
import { jsonOf, makeHome, quantile, signUp, startPart } from '../server.ts'
import { ask } from '../tus.ts'

/** How many wrong passwords are looked at within a minute before the door closes: one account, one address, and one account in parallel. */
export async function countFailures(): Promise<{
  ofAccount: number
  ofAddress: number
  inParallel: number
  retryAfter: number
  isRightOneRefused: boolean
}> {
  const attempt = async (origin: string, email: string, password = 'a wrong password') =>
    ask(origin, jsonOf('POST', '/api/auth/login', { email, password }))
  const lookedAt = async (replies: Iterable<Promise<{ status: number }>>) => {
    let count = 0
    for (const reply of replies) if ((await reply).status === 401) count += 1
    return count
  }
  const accounts = await withApi({}, async (origin) => {
    const person = await signUp(origin)
    // Letters may be written otherwise; the account is the same.
    const ofAccount = await lookedAt(
      generate(30, (index) => attempt(origin, index % 2 === 0 ? person.email : person.email.toUpperCase())),
    )
    const refused = await attempt(origin, person.email, person.password)
    return { ofAccount, retryAfter: Number(refused.headers['retry-after']), isRightOneRefused: refused.status === 429 }
  })
  const ofAddress = await withApi({}, (origin) =>
    lookedAt(generate(30, (index) => attempt(origin, `nobody-${index}@example.org`))),
  )
  const inParallel = await withApi({}, async (origin) => {
    const person = await signUp(origin)
    return lookedAt([...generate(40, () => attempt(origin, person.email))])
  })
  return { ...accounts, ofAddress, inParallel }
}

/** Median times of a refusal in milliseconds, measured in turn so that a busy machine slows both alike. */
export function compareTimes(attempts: number): Promise<{ known: number; unknown: number }> {
  return withApi({ LOGIN_FAILURES_PER_MINUTE: '1000000' }, async (origin) => {
    const { email } = await signUp(origin)
    const times = { known: [] as number[], unknown: [] as number[] }
    for (let index = 0; index < attempts; index++) {
      for (const which of index % 2 === 0 ? (['known', 'unknown'] as const) : (['unknown', 'known'] as const)) {
        const startedAt = performance.now()
        await ask(
          origin,
          jsonOf('POST', '/api/auth/login', {
            email: which === 'known' ? email : `nobody-${index}@example.org`,
            password: 'a wrong password',
          }),
        )
        times[which].push(performance.now() - startedAt)
      }
    }
    return { known: quantile(times.known, 0.5), unknown: quantile(times.unknown, 0.5) }
  })
}

function* generate<T>(count: number, make: (index: number) => T): Generator<T> {
  for (let index = 0; index < count; index++) yield make(index)
}

async function withApi<T>(environment: Record<string, string>, work: (origin: string) => Promise<T>): Promise<T> {
  const database = await createDatabase()
  const home = await makeHome('d5', database.url)
  const api = await startPart('api', { ...home.environment, ...environment })
  try {
    return await work(api.origin)
  } finally {
    await api.stop()
    await database.drop()
    await home.remove()
  }
}
