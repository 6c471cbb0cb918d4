import { accessTasks } from '../domain/access/index.ts'
import { auditTasks } from '../domain/audit/index.ts'
import { fileTasks } from '../domain/files/index.ts'
import { identityTasks } from '../domain/identity/index.ts'
import { linkTasks } from '../domain/links/index.ts'
import { mediaTasks } from '../domain/media/index.ts'
import { opsTasks, recordRuns } from '../domain/ops/index.ts'
import { storageTasks } from '../domain/storage/index.ts'
import { timelineEventTasks, timelineTasks } from '../domain/timeline/index.ts'
import { uploadTasks } from '../domain/uploads/index.ts'
import type { Task } from '../platform/jobs/index.ts'
import { liveTasks } from '../platform/live/tasks.ts'
import { mailTasks } from '../platform/mail/index.ts'

const defined: readonly Task[] = [
  ...auditTasks,
  ...identityTasks,
  ...storageTasks,
  ...accessTasks,
  ...fileTasks,
  ...mediaTasks,
  ...uploadTasks,
  ...timelineTasks,
  ...timelineEventTasks,
  ...linkTasks,
  ...opsTasks,
  ...liveTasks,
  ...mailTasks,
]

/** Everything slow, and all that the clock starts; and of that what administrators watch, with its runs written down. */
export const { tasks, upkeep } = recordRuns(defined)
