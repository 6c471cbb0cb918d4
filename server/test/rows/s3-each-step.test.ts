import { test } from 'node:test'
import { withoutCeph } from '../services/ceph.ts'
import { sendThroughEach, steps } from './s3-each-step.ts'

test(
  'one step of an upload onto S3 goes wrong, whichever it is, or until the client is told: it becomes whole, and nothing is left',
  {
    skip: withoutCeph,
    timeout: 120_000,
  },
  async () => {
    const once = steps.map((step, i) => ({ step, fault: i % 2 === 0 ? 'lost-answer' : 'error', times: 1 }) as const)
    await sendThroughEach([...once, { step: 'putting the parts together', fault: 'error', times: 'until told' }])
  },
)
