import { OPAQUE, typeOfExtension, type Kind } from '@trove/contract/media-types'
import { Problem } from '../../platform/problem.ts'
import { judgeBytes, judgeName, type Accepted } from './rules.ts'
import { sniff } from './signatures.ts'

type Upload = {
  filename: string
  declaredType?: string | undefined
  allowedKinds: readonly Kind[]
  /** The first bytes, up to 64 KiB, or the whole file if it is shorter; undefined while there are none. */
  head?: Uint8Array | undefined
}

/**
 * What an upload is: by its name alone as long as there is no `head`, which refuses what a name is enough to refuse,
 * and by its bytes then.
 *
 * @throws type-not-allowed  the organization does not accept what it is
 * @throws type-mismatch     it is not what its name or its announced type says
 */
export function judgeType({ filename, declaredType, allowedKinds, head }: Upload): Accepted {
  const claim = { filename, declaredType, allowedKinds }
  const verdict = head === undefined ? (judgeName(claim) ?? byName(filename)) : judgeBytes(claim, sniff(head))
  if (!verdict.ok) throw new Problem(verdict.problem, verdict.detail)
  return verdict
}

function byName(filename: string): Accepted {
  const { mediaType, kind, extensions } = typeOfExtension(filename) ?? OPAQUE
  return { ok: true, mediaType, kind, extension: extensions[0] }
}
