import type { Activity, ActorKind, SecurityEvent, Severity } from '@trove/contract/audit'
import type { Db } from '../../../platform/db/index.ts'
import type { ActivityRow, SecurityRow } from '../../audit/index.ts'
import { namesOf, type Names } from './store.ts'

/** What the reader of a line may know beyond it. */
export type Discretion = {
  /** Whose names may be told. */
  mayKnowPerson: (line: ActivityRow) => boolean
  mayKnowResource: (line: ActivityRow) => boolean
  /** Address and agent. */
  mayKnowOrigin: (line: ActivityRow) => boolean
}

/** Lines as the contract tells them, with names as they are now. */
export async function presentActivities(
  db: Db,
  rows: readonly ActivityRow[],
  discretion: Discretion,
): Promise<Activity[]> {
  const names = await namesOf(db, {
    people: idsOf(rows.map(({ actorId }) => actorId)),
    resources: idsOf(rows.map(({ resourceId }) => resourceId)),
    credentials: idsOf(
      rows.map(({ actorKind, credentialId }) => (['link', 'key'].includes(actorKind) ? credentialId : null)),
    ),
  })
  return rows.map((row) => presentActivity(row, names, discretion))
}

function presentActivity(row: ActivityRow, names: Names, may: Discretion): Activity {
  const { id, at, action, organizationId, resourceId, ip, userAgent, facts } = row
  const knowsOrigin = may.mayKnowOrigin(row)
  return {
    id,
    at: at.toISOString(),
    action,
    actor: actorOf(row, names, may),
    ...(organizationId !== null && { organizationId }),
    ...(resourceId !== null && {
      resource: { id: resourceId, ...(may.mayKnowResource(row) ? names.resources.get(resourceId) : undefined) },
    }),
    ...(knowsOrigin && ip !== null && { ip }),
    ...(knowsOrigin && userAgent !== null && { userAgent }),
    facts,
  }
}

function actorOf(row: ActivityRow, names: Names, may: Discretion): Activity['actor'] {
  const { actorId, actorKind, credentialId } = row
  const name = credentialId === null ? undefined : names.credentials.get(credentialId)
  return {
    kind: actorKind as ActorKind,
    ...(actorId !== null && {
      person: { id: actorId, name: (may.mayKnowPerson(row) ? names.people.get(actorId) : undefined) ?? '' },
    }),
    ...(credentialId !== null && { credential: { id: credentialId, ...(name !== undefined && { name }) } }),
  }
}

export async function presentSecurityEvents(db: Db, rows: readonly SecurityRow[]): Promise<SecurityEvent[]> {
  const people = idsOf(rows.flatMap(({ userId, actorId }) => [userId, actorId]))
  const names = await namesOf(db, { people, resources: [], credentials: [] })
  const personOf = (id: string) => ({ id, name: names.people.get(id) ?? '' })
  return rows.map(({ id, at, severity, kind, userId, actorId, organizationId, ip, userAgent, facts }) => ({
    id,
    at: at.toISOString(),
    severity: severity as Severity,
    kind,
    ...(userId !== null && { person: personOf(userId) }),
    ...(actorId !== null && actorId !== userId && { doneBy: personOf(actorId) }),
    ...(organizationId !== null && { organizationId }),
    ...(ip !== null && { ip }),
    ...(userAgent !== null && { userAgent }),
    facts,
  }))
}

const idsOf = (ids: readonly (string | null)[]): string[] => [...new Set(ids.filter((id) => id !== null))]
