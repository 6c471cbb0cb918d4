import type { Right } from '@trove/contract/access'
import type { PrincipalKind } from '@trove/contract/grants'
import type { Actor } from '../../../platform/actor.ts'
import type { Tx } from '../../../platform/db/index.ts'
import * as events from '../../../platform/events.ts'
import { Problem } from '../../../platform/problem.ts'
import * as audit from '../../audit/index.ts'
import { rightsIn } from '../rules.ts'
import { applyGrant, applyRemoval } from './operations.ts'
import * as store from './store.ts'

/** As many people are told at once that what they may see has changed; of more, each page asks when it is next used. */
const TOLD_AT_ONCE = 500

/** What a principal holds on one resource by a grant of its own: an end in RFC 3339, or none. */
export type Held = { rights: readonly Right[]; expiresAt?: string }
export type GivenGrant = { resourceId: string; grantId: string; before?: Held; after: Held }
type Principal = { kind: PrincipalKind; id: string }
type Refused = { resourceId: string; kind: 'not-found' | 'not-allowed' }

/**
 * A step of `files`: grants the same on many resources. Those that the actor may not share so are passed over.
 *
 * @throws not-found        there is no such principal
 * @throws invalid-request  the end lies in the past
 */
export async function grantMany(
  tx: Tx,
  actor: Actor,
  resourceIds: readonly string[],
  { organizationId, principal, ...held }: Held & { organizationId: string; principal: Principal },
): Promise<{ given: GivenGrant[]; refused: Refused[] }> {
  if (!(await store.existsPrincipal(tx, organizationId, principal)))
    throw new Problem('not-found', `There is no such ${principal.kind} in this organization.`)
  const given: GivenGrant[] = []
  const refused: Refused[] = []
  for (const resourceId of resourceIds) {
    try {
      const { grantId, before } = await applyGrant(tx, actor, { resourceId, principal, ...held })
      given.push({
        resourceId,
        grantId,
        ...(before !== undefined && { before: heldIn(before) }),
        after: await nowHeld(tx, grantId),
      })
    } catch (error) {
      refused.push({ resourceId, kind: refusal(error) })
    }
  }
  const ids = given.map(({ resourceId }) => resourceId)
  await audit.recordMany(tx, actor, 'grant.set', ids, { organizationId, facts: { principal, ...held } })
  if (ids.length > 0) await tellPeople(tx, organizationId, principal)
  return { given, refused }
}

/**
 * A step of `files`: puts back what there was before `grantMany`, wherever the grant is still the one that it gave.
 *
 * @returns ids of the resources where it has been put back
 */
export async function ungrantMany(
  tx: Tx,
  actor: Actor,
  given: readonly GivenGrant[],
  { organizationId, principal }: { organizationId: string; principal: Principal },
): Promise<string[]> {
  const undone: string[] = []
  for (const { resourceId, grantId, before, after } of given) {
    const now = await store.getGrant(tx, grantId)
    if (now === undefined || !isSame(heldIn(now), after)) continue
    try {
      const isOver = before?.expiresAt !== undefined && new Date(before.expiresAt).getTime() <= Date.now()
      if (before === undefined || isOver) await applyRemoval(tx, actor, { resourceId, grantId })
      else await applyGrant(tx, actor, { resourceId, principal, ...before })
      undone.push(resourceId)
    } catch (error) {
      refusal(error)
    }
  }
  await audit.recordMany(tx, actor, 'grant.removed', undone, { organizationId, facts: { principal, isUndone: true } })
  if (undone.length > 0) await tellPeople(tx, organizationId, principal)
  return undone
}

const heldIn = ({ rights, expiresAt }: store.GrantRow): Held => ({
  rights: rightsIn(rights),
  ...(expiresAt !== null && { expiresAt: expiresAt.toISOString() }),
})

const isSame = (a: Held, b: Held): boolean => a.expiresAt === b.expiresAt && a.rights.join() === b.rights.join()

async function nowHeld(tx: Tx, grantId: string): Promise<Held> {
  const row = await store.getGrant(tx, grantId)
  if (row === undefined) throw new Error(`grant ${grantId} was written a moment ago`)
  return heldIn(row)
}

/** What may be passed over; anything else is nobody's to pass over. */
function refusal(error: unknown): Refused['kind'] {
  if (error instanceof Problem && (error.kind === 'not-found' || error.kind === 'not-allowed')) return error.kind
  throw error
}

/** Once for all of it: whoever is told asks for everything again. */
async function tellPeople(tx: Tx, organizationId: string, principal: Principal): Promise<void> {
  for (const userId of await store.listPeopleOf(tx, principal, TOLD_AT_ONCE))
    await events.publish(tx, { userId }, { type: 'access.changed', organizationId })
}
