import { addKnownBytes, findKnownBytes } from '@trove/contract/known-bytes'
import { call } from '../lib/api.ts'
import { createHasher } from './hasher.ts'
import { createKnown } from './known.ts'

/** With a worker of this browser, and the server that the page came from. */
export function openKnown() {
  const hasher = createHasher()
  return createKnown({
    sha256: hasher.sha256,
    find: (organizationId, body) => call(findKnownBytes, { params: { organizationId }, body }),
    add: (organizationId, body) => call(addKnownBytes, { params: { organizationId }, body }),
  })
}
