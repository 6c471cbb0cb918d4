import type { Actor } from '../../platform/actor.ts'
import type { Tx } from '../../platform/db/index.ts'
import { newId } from '../../platform/ids.ts'
import { cutAgent, withoutSecrets } from './rules.ts'
import * as store from './store.ts'

/** What an activity is about. `facts` is what one would want to know of it later, and never a secret. */
export type Subject = { organizationId?: string; resourceId?: string; facts?: Record<string, unknown> }
export type Severity = 'info' | 'warning' | 'critical'

/** Whom a security event concerns, and who caused it. `actor` brings address and agent with it. */
export type Concern = {
  userId?: string
  actor?: Actor
  organizationId?: string
  ip?: string
  userAgent?: string | null
  facts?: Record<string, unknown>
}

/** Written in the transaction of the change it describes: both happen or neither does. `action` is in the past tense: `file.renamed`. */
export async function record(tx: Tx, actor: Actor, action: string, subject: Subject): Promise<void> {
  await store.insertActivity(tx, {
    id: newId(),
    ...columnsOf(actor),
    organization_id: subject.organizationId ?? null,
    resource_id: subject.resourceId ?? null,
    action,
    facts: JSON.stringify(withoutSecrets(subject.facts ?? {})),
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
    ...columnsOf(actor),
    organization_id: subject.organizationId ?? null,
    action,
    facts: JSON.stringify(withoutSecrets(subject.facts ?? {})),
  })
}

/** What concerns accounts and sessions rather than files. Administrators are told of critical ones. */
export async function recordSecurityEvent(tx: Tx, severity: Severity, kind: string, about: Concern): Promise<void> {
  const actor = about.actor === undefined ? undefined : columnsOf(about.actor)
  await store.insertSecurityEvent(tx, {
    id: newId(),
    severity,
    kind,
    user_id: about.userId ?? actor?.actor_id ?? null,
    actor_id: actor?.actor_id ?? null,
    organization_id: about.organizationId ?? null,
    ip: about.ip ?? actor?.ip ?? null,
    user_agent: cutAgent(about.userAgent ?? undefined) ?? actor?.user_agent ?? null,
    facts: JSON.stringify(withoutSecrets(about.facts ?? {})),
  })
}

function columnsOf(actor: Actor): store.ActorColumns {
  const nobody = { actor_kind: actor.kind, actor_id: null, credential_id: null, ip: null, user_agent: null }
  if (actor.kind === 'system') return nobody
  const from = { ...nobody, ip: actor.ip, user_agent: cutAgent(actor.userAgent) ?? null }
  if (actor.kind === 'anyone') return from
  if (actor.kind === 'link') return { ...from, credential_id: actor.linkId }
  const isKey = actor.scopes !== undefined
  return { ...from, actor_kind: isKey ? 'key' : 'user', actor_id: actor.userId, credential_id: actor.sessionId }
}
