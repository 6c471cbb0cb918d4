import { roles, type Right, type Role } from '@trove/contract/access'
import type { Endpoint } from '@trove/contract/endpoint'
import { mayBeLink, scopeOf } from '../../src/platform/http/serve.ts'
import type { Standing } from './callers.ts'

/**
 * What must come of a call: a refusal, or `allowed`. `depends`: more than the contract says decides it, such as whose
 * link it is; then nothing may leak and nobody outside may learn that it is there.
 */
export type Outcome = 401 | 403 | 404 | 'allowed' | 'depends'

/** Follows from what the endpoint requires and how far the caller comes; nothing is listed by hand. */
export function outcomeOf({ requires, path }: Endpoint, standing: Standing): Outcome {
  if (requires.kind === 'anyone') return 'depends'
  if (standing.kind === 'nobody') return 401
  if (standing.kind === 'link') {
    if (!mayBeLink(requires)) return 401
    // Batches are for users; a link's uploads are told by themselves.
    if (requires.kind === 'uploader') return path.startsWith('/uploads') ? 404 : 401
    if (requires.kind === 'user') return 'depends'
    return standing.isOwn ? 'allowed' : 404
  }
  const { role, scopes } = standing
  const isInside = role !== undefined
  const scope = scopeOf(requires)
  if (requires.kind === 'link') return 401
  if (requires.kind === 'administrator' && standing.isAdministrator !== true) return 403
  if (scopes !== undefined && (scope === 'none' || !scopes.includes(scope))) return 403
  switch (requires.kind) {
    case 'administrator':
      return 'allowed'
    case 'member':
      if (!isInside) return 404
      return isAtLeast(role, requires.role) ? 'allowed' : 403
    case 'right':
      return byRight(/^\/(folders|events)\//.test(path) ? standing.onFolder : standing.onFile, requires.right)
    case 'uploader':
      if (standing.isOwner === true) return 'allowed'
      return requires.orSupervisor && scopes === undefined && isInside && isAtLeast(role, 'admin') ? 'allowed' : 404
    case 'user':
      if (!path.includes(':')) return 'allowed'
      return isInside ? 'depends' : 404
  }
}

const isAtLeast = (role: Role, wanted: Role): boolean => roles.indexOf(role) <= roles.indexOf(wanted)

function byRight(held: readonly Right[], right: Right): Outcome {
  if (!held.includes('read')) return 404
  return held.includes(right) ? 'allowed' : 403
}
