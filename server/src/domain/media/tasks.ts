import { Id } from '@trove/contract/common'
import { Type } from 'typebox'
import { defineTask } from '../../platform/jobs/index.ts'
import { makeAgain } from './again/tasks.ts'
import { makeBare } from './bare/tasks.ts'
import { consoleTasks } from './console/tasks.ts'
import { giveUp, renderVersion } from './operations.ts'
import { makeSized } from './pictures/making.ts'
import { scanTasks } from './scan/tasks.ts'
import { stepTasks } from './steps/tasks.ts'

const HOUR_MS = 3_600_000

/** Makes the variants a version needs, then settles it. May be killed at any line and run again. */
export const processVersion = defineTask({
  name: 'media.process',
  payload: Type.Object({ versionId: Id }),
  maxAttempts: 6,
  // The media child has its own, shorter limit; this one is for a disk or a store that hangs.
  timeoutMs: 23 * HOUR_MS,
  isParallel: true,

  run: (platform, { versionId }, signal) => renderVersion(platform, versionId, signal),
  exhausted: (platform, { versionId }, cause) => giveUp(platform, versionId, cause),
})

const scans = scanTasks(processVersion)
export const { scanBlobAgain } = scans

const looksAfter = consoleTasks(processVersion)
export const { retryFailed, oldFiles } = looksAfter

export const mediaTasks = [
  processVersion,
  makeBare,
  makeSized,
  makeAgain,
  ...scans.all,
  ...looksAfter.all,
  ...stepTasks,
]
