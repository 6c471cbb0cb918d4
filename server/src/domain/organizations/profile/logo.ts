import type { Organization } from '@trove/contract/organizations'
import type { UserActor } from '../../../platform/actor.ts'
import { inTransaction, type Db } from '../../../platform/db/index.ts'
import type { Platform } from '../../../platform/platform.ts'
import { Problem } from '../../../platform/problem.ts'
import * as audit from '../../audit/index.ts'
import * as identity from '../../identity/index.ts'
import * as permit from '../permit.ts'
import { getOrganization } from './operations.ts'
import * as store from './store.ts'

const MEDIA_TYPE = 'image/webp'

/**
 * Shows a picture for the organization, made anew from what was sent.
 *
 * @param input.image  the picture in base64
 * @throws not-found, not-allowed, read-only
 * @throws type-not-allowed  it is no picture that can be read
 */
export async function setLogo(
  platform: Pick<Platform, 'db'> & { pictures: identity.PicturePool },
  actor: UserActor,
  input: { organizationId: string; image: string },
): Promise<Organization> {
  const { organizationId } = input
  await permit.requireMember(platform.db, actor, organizationId, 'admin') // before a child is kept busy
  const bytes = Buffer.from(input.image, 'base64')
  const image = await identity.renderPicture(platform.pictures, { bytes, fit: 'contain' }, organizationId)
  await inTransaction(platform.db, async (tx) => {
    await permit.permitAndLockOpen(tx, actor, organizationId, 'admin')
    await store.setLogo(tx, organizationId, { image, mediaType: MEDIA_TYPE })
    await audit.record(tx, actor, 'organization.logo-set', { organizationId })
  })
  return getOrganization(platform.db, actor, organizationId)
}

/** @throws not-found, not-allowed, read-only */
export async function removeLogo(
  platform: Pick<Platform, 'db'>,
  actor: UserActor,
  organizationId: string,
): Promise<Organization> {
  await inTransaction(platform.db, async (tx) => {
    await permit.permitAndLockOpen(tx, actor, organizationId, 'admin')
    await store.deleteLogo(tx, organizationId)
    await audit.record(tx, actor, 'organization.logo-removed', { organizationId })
  })
  return getOrganization(platform.db, actor, organizationId)
}

/** @throws not-found, second-factor-required */
export async function getLogo(db: Db, actor: UserActor, organizationId: string) {
  await permit.requireMember(db, actor, organizationId, 'guest')
  const logo = await store.getLogo(db, organizationId)
  if (logo === undefined) throw new Problem('not-found', 'This organization has no logo.')
  return logo
}
