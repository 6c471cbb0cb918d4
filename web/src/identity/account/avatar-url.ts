import { getAvatar } from '@trove/contract/accounts'
import type { Me } from '@trove/contract/identity'
import { pathOf } from '../../lib/api.ts'
import { apiUrl } from '../../lib/place.ts'

/** Where the picture of somebody is; undefined when they show none. */
export function avatarUrl({ id, avatarVersion }: Pick<Me, 'id' | 'avatarVersion'>): string | undefined {
  if (avatarVersion === undefined) return undefined
  return apiUrl(pathOf(getAvatar, { params: { userId: id }, query: { version: avatarVersion } }))
}
