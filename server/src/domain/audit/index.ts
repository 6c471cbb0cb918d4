export { auditTasks } from './tasks.ts'
import type { Actor } from '../../platform/actor.ts'
import type { Tx } from '../../platform/db/index.ts'
import { newId } from '../../platform/ids.ts'
import * as store from './store.ts'

export type Subject = { organizationId?: string; resourceId?: string; facts?: Record<string, unknown> }
export type Severity = 'info' | 'warning' | 'critical'

/** Written in the transaction of the change it describes: both happen or neither does. `action` is in the past tense: `file.renamed`. */
export async function record(tx: Tx, actor: Actor, action: string, subject: Subject): Promise<void> {
  await store.insertActivity(tx, {
    id: newId(),
    actor_id: actor.kind === 'user' ? actor.userId : null,
    organization_id: subject.organizationId ?? null,
    resource_id: subject.resourceId ?? null,
    action,
    ip: actor.kind === 'system' ? null : actor.ip,
    facts: JSON.stringify(subject.facts ?? {}),
  })
}

/** What concerns accounts and sessions rather than files. */
export async function recordSecurityEvent(
  tx: Tx,
  severity: Severity,
  kind: string,
  about: { userId?: string; ip?: string; facts?: Record<string, unknown> },
): Promise<void> {
  await store.insertSecurityEvent(tx, {
    id: newId(),
    severity,
    kind,
    user_id: about.userId ?? null,
    ip: about.ip ?? null,
    facts: JSON.stringify(about.facts ?? {}),
  })
}

/** The same action on many resources at once, with one statement. */
export async function recordMany(
  tx: Tx,
  actor: Actor,
  action: string,
  resourceIds: readonly string[],
  subject: Omit<Subject, 'resourceId'>,
): Promise<void> {
  await store.insertActivities(tx, resourceIds, {
    actor_id: actor.kind === 'user' ? actor.userId : null,
    organization_id: subject.organizationId ?? null,
    action,
    ip: actor.kind === 'system' ? null : actor.ip,
    facts: JSON.stringify(subject.facts ?? {}),
  })
}
