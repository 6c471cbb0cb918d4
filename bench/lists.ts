import { hammer, withTrove } from '../server/test/load.ts'
import { seedFiles } from '../server/test/seed.ts'
import { quantile, signUp, type Person } from '../server/test/server.ts'
import type { Line } from './uploads.ts'

const FEW = 1_000
const MANY = 100_000
const MOST = 1_000_000
const ROUNDS = 400
/** The page of 1 M may take so many times what the page of 1 k takes. */
const MOST_RATIO = 1.3
const READS_PER_SECOND = 1_000

/** The first page of 50 files, and what a page reads at 100 connections. Three organizations share one table, as they would. */
export function benchLists(): Promise<Line[]> {
  return withTrove(['api'], async ({ api, databaseUrl }) => {
    const sizes = [FEW, MANY, MOST]
    const people: Person[] = []
    for (const count of sizes) {
      const person = await signUp(api.origin)
      await seedFiles({ databaseUrl, organizationId: person.organizationId, userId: person.userId, count })
      people.push(person)
    }
    const times = sizes.map((): number[] => [])
    for (let round = 0; round < ROUNDS; round++) {
      // In turn, so that a busy moment of the machine is felt by all of them.
      for (const [index, person] of people.entries()) {
        const startedAt = performance.now()
        await person.send('GET', firstPage(person))
        times[index]?.push(performance.now() - startedAt)
      }
    }
    const [few = 0, ...more] = times.map((taken) => quantile(taken, 0.5))
    const lines = more.map((value, index) => ({
      name: `the first page of 50 among ${sizes[index + 1]?.toLocaleString('en')} files, against that among ${FEW.toLocaleString('en')} (at most ${MOST_RATIO})`,
      value,
      limit: few,
      ratio: value / few,
      unit: 'ms',
    }))
    return [...lines, ...(await benchReads(api.origin, people[1] as Person))]
  })
}

async function benchReads(origin: string, person: Person): Promise<Line[]> {
  const reads = { 'who I am': '/api/me', 'the first page of 50 files': firstPage(person) }
  const lines: Line[] = []
  for (const [name, path] of Object.entries(reads)) {
    const { requestsPerSecond } = await hammer(origin + path, person.authorization, { connections: 100, seconds: 5 })
    const ratio = requestsPerSecond / READS_PER_SECOND
    lines.push({
      name: `reads of ${name} at 100 connections (at least 1)`,
      value: requestsPerSecond,
      limit: READS_PER_SECOND,
      ratio,
      unit: 'a second',
    })
  }
  return lines
}

const firstPage = ({ organizationId }: Person) => `/api/organizations/${organizationId}/files`
