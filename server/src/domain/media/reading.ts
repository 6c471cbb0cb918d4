import type { VariantName } from '@trove/contract/files'
import type { VariantQuery } from '@trove/contract/sizes'
import type { UserActor } from '../../platform/actor.ts'
import type { DeliverableKey } from '../../platform/objects/index.ts'
import type { Platform } from '../../platform/platform.ts'
import { Problem } from '../../platform/problem.ts'
import type * as access from '../access/index.ts'
import * as storage from '../storage/index.ts'
import * as store from './store.ts'

export type ReadableVariant = NonNullable<Awaited<ReturnType<typeof store.getVariant>>> & { key: DeliverableKey }

/**
 * Where the bytes of a variant are, for somebody who may read the file. Also while it is in the trash, which shows it.
 *
 * @throws not-found  also while it has not been made, or is not made of files like this
 * @throws infected, being-checked, held
 */
export async function requireVariant(
  platform: Pick<Platform, 'db' | 'jobs' | 'settings'>,
  decisions: ReturnType<typeof access.createDecisions>,
  actor: UserActor,
  { fileId, variant, page = 1, format }: { fileId: string; variant: VariantName } & VariantQuery,
): Promise<ReadableVariant> {
  await decisions.require(actor, 'read', fileId)
  // One made to measure is given by an address that was handed out for it.
  const found =
    variant === 'sized'
      ? undefined
      : await store.getVariant(platform.db, fileId, {
          name: variant,
          number: variant === 'page' ? page : 0,
          mediaType: format && `image/${format}`,
        })
  if (found === undefined) throw new Problem('not-found', `The file has no ${variant}, or not yet.`)
  const key = await storage.requireDeliverable(platform, found, { isUploader: found.uploaderId === actor.userId })
  return { ...found, key }
}
