import { test } from 'node:test'
import { sendThroughEach, steps, type Trouble } from '../rows/s3-each-step.ts'
import { withoutCeph } from '../services/ceph.ts'

const FAULTS = ['error', 'slow-down', 'reset', 'lost-answer', 'cut-answer', 'hang'] as const

test(
  'every step of an upload onto S3 goes wrong in every way, once and until the client is told: each becomes whole',
  {
    skip: withoutCeph,
  },
  async (t) => {
    const troubles = steps.flatMap((step) =>
      FAULTS.flatMap((fault): Trouble[] => [
        { step, fault, times: 1 },
        { step, fault, times: 'until told' },
      ]),
    )
    const { refusals } = await sendThroughEach(troubles)
    t.diagnostic(`${troubles.length} uploads, ${refusals} times told to come again`)
  },
)
