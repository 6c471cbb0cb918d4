import { Id } from '@trove/contract/common'
import { Type } from 'typebox'
import { defineTask } from '../../../platform/jobs/index.ts'
import { countOrganizations, listOrganizations } from '../recount/store.ts'
import { measure } from './measuring.ts'
import { sumHeld } from './store.ts'

const HOUR_MS = 3_600_000
const AT_ONCE = 200

/** Somebody looks at the space of an organization with many files. */
export const measureSpaceTask = defineTask({
  name: 'storage.measure-space',
  payload: Type.Object({ organizationId: Id }),
  maxAttempts: 3,
  timeoutMs: HOUR_MS,
  run: async ({ db }, { organizationId }) => void (await measure(db, organizationId)),
})

/** After the sweep of the night. */
const measureAll = defineTask({
  name: 'storage.measure-all',
  payload: Type.Object({}),
  maxAttempts: 3,
  timeoutMs: 6 * HOUR_MS,
  cron: '37 4 * * *',
  upkeep: {
    title: 'Space',
    lead: 'Measures where the bytes of each organization are: in files, older versions, the trash, previews.',
    rehearse: async ({ db }) => [
      { what: 'organizations measured', count: await countOrganizations(db) },
      { what: 'held in all', count: await sumHeld(db), unit: 'bytes' },
    ],
  },
  async run({ db, log }, _payload, signal, report) {
    const total = await countOrganizations(db)
    let count = 0
    let bytes = 0
    let failed = 0
    for (let after: string | undefined; !signal.aborted;) {
      const ids = await listOrganizations(db, after, AT_ONCE)
      for (const id of ids) {
        if (signal.aborted) break
        try {
          bytes += await measure(db, id)
          count += 1
        } catch (err) {
          // One that is too large to be measured keeps nobody else from it.
          failed += 1
          log.error({ err, organizationId: id }, 'the space of an organization could not be measured')
        }
        report?.(count + failed, total)
      }
      after = ids.at(-1)
      if (ids.length < AT_ONCE) break
    }
    return [
      { what: 'organizations measured', count },
      { what: 'held in all', count: bytes, unit: 'bytes' },
      { what: 'could not be measured', count: failed, isFault: true },
    ]
  },
})

export const spaceTasks = [measureSpaceTask, measureAll]
