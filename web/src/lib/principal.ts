import type { Principal } from '@trove/contract/grants'

/** What a person or a group is called in a list of grants. */
export function principalName({ kind, name }: Pick<Principal, 'kind' | 'name'>): string {
  return kind === 'organization' ? `Everyone in ${name}` : name
}
