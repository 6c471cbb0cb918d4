import { createSealer, record, recordMany, verifyTrail } from '../server/src/domain/audit/index.ts'
import type { Actor } from '../server/src/platform/actor.ts'
import { inTransaction } from '../server/src/platform/db/index.ts'
import { publish } from '../server/src/platform/events.ts'
import { newId } from '../server/src/platform/ids.ts'
import { startTestPlatform, type TestPlatform } from '../server/test/platform.ts'
import { quantile } from '../server/test/server.ts'
import type { Line } from './uploads.ts'

const ROUNDS = 1_000
/** A change that is recorded may take so many times what the change alone takes. */
const MOST_RATIO = 2
const SEALED = 50_000
/** Far above what an installation records. */
const LINES_PER_SECOND = 5_000

/** What it costs to keep a trail: one line in the transaction of a change, sealing behind it, and checking. */
export async function benchAudit(): Promise<Line[]> {
  const t = await startTestPlatform()
  try {
    return [await recording(t), ...(await sealing(t))]
  } finally {
    await t.stop()
  }
}

const actor: Actor = {
  kind: 'user',
  userId: newId(),
  sessionId: newId(),
  isAdministrator: false,
  ip: '203.0.113.7',
  userAgent: 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0',
}

async function recording({ platform: { db } }: TestPlatform): Promise<Line> {
  const organizationId = newId()
  const change = (isRecorded: boolean) =>
    inTransaction(db, async (tx) => {
      const fileId = newId()
      await publish(tx, { resourceId: fileId }, { type: 'file.renamed', organizationId, fileId })
      if (isRecorded)
        await record(tx, actor, 'file.renamed', { organizationId, resourceId: fileId, facts: { from: 'a', to: 'b' } })
    })
  const times: [plain: number[], recorded: number[]] = [[], []]
  for (let round = 0; round < ROUNDS; round++) {
    for (const [index, taken] of times.entries()) {
      const startedAt = performance.now()
      await change(index === 1)
      taken.push(performance.now() - startedAt)
    }
  }
  const [limit, value] = times.map((taken) => quantile(taken, 0.5)) as [number, number]
  const name = `a change that is recorded, against the same without (at most ${MOST_RATIO})`
  return { name, value, limit, ratio: value / limit, unit: 'ms' }
}

async function sealing({ platform }: TestPlatform): Promise<Line[]> {
  const { db, keys } = platform
  const batch = 1_000
  for (let i = 0; i < SEALED; i += batch) {
    const resourceIds = Array.from({ length: batch }, () => newId())
    await inTransaction(db, (tx) => recordMany(tx, actor, 'file.viewed', resourceIds, { organizationId: newId() }))
  }
  const perSecond = async (name: string, work: () => Promise<unknown>): Promise<Line> => {
    const startedAt = performance.now()
    await work()
    const value = SEALED / ((performance.now() - startedAt) / 1000)
    return { name, value, limit: LINES_PER_SECOND, ratio: value / LINES_PER_SECOND, unit: 'lines a second' }
  }
  const sealer = createSealer(platform)
  return [
    await perSecond('sealing (at least 1)', async () => {
      while ((await sealer.step()) === undefined);
    }),
    await perSecond('verifying (at least 1)', () => verifyTrail(db, keys.trail)),
  ]
}
