import { rights as allRights, type Right, type Role } from '@trove/contract/access'

// Who may do what, as it is said in words, and nothing else: no index, no copy, no SQL.

export type Principal = { kind: 'user' | 'team' | 'organization'; id: string }
export type Node = {
  id: string
  kind: 'file' | 'folder'
  organizationId: string
  createdBy: string
  parentId: string | undefined
  /** What took it to the trash; undefined while it is not there. */
  batch: string | undefined
}
export type Grant = {
  id: string
  resourceId: string
  principal: Principal
  rights: ReadonlySet<Right>
  isOver: boolean
}

export type Model = {
  /** By organization, then user. */
  roles: Map<string, Map<string, Role>>
  teams: Map<string, { organizationId: string; members: Set<string> }>
  nodes: Map<string, Node>
  grants: Map<string, Grant>
}

export type Outcome = 'done' | 'not-found' | 'not-allowed' | 'invalid-request'

export const emptyModel = (): Model => ({ roles: new Map(), teams: new Map(), nodes: new Map(), grants: new Map() })

export const roleOf = ({ roles }: Model, organizationId: string, userId: string): Role | undefined =>
  roles.get(organizationId)?.get(userId)

export const isSupervisor = (model: Model, organizationId: string, userId: string): boolean =>
  ['owner', 'admin'].includes(roleOf(model, organizationId, userId) ?? '')

/** Itself, the folder that it is in, the folder that that is in … */
export function* wayUp({ nodes }: Model, id: string | undefined): Generator<Node> {
  for (let node = nodes.get(id ?? ''); node !== undefined; node = nodes.get(node.parentId ?? '')) yield node
}

/** Everything in a folder, at any depth, and the folder. */
export const below = (model: Model, id: string): Node[] =>
  [...model.nodes.values()].filter((node) => [...wayUp(model, node.id)].some((above) => above.id === id))

/** All grants that come to something, those that are over included. */
export function reaching(model: Model, id: string): Grant[] {
  const above = new Set([...wayUp(model, id)].map((node) => node.id))
  return [...model.grants.values()].filter(({ resourceId }) => above.has(resourceId))
}

function speaksFor(model: Model, { kind, id }: Principal, userId: string, role: Role): boolean {
  if (kind === 'user') return id === userId
  if (kind === 'team') return model.teams.get(id)?.members.has(userId) === true
  return role !== 'guest'
}

/** The live grants that let somebody in. */
export function grantsFor(model: Model, id: string, userId: string): Grant[] {
  const node = model.nodes.get(id)
  const role = node && roleOf(model, node.organizationId, userId)
  if (role === undefined) return []
  return reaching(model, id).filter(({ principal, isOver }) => !isOver && speaksFor(model, principal, userId, role))
}

export function rightsOf(model: Model, id: string, userId: string): Right[] {
  const node = model.nodes.get(id)
  if (node === undefined || roleOf(model, node.organizationId, userId) === undefined) return []
  if (node.createdBy === userId || isSupervisor(model, node.organizationId, userId)) return [...allRights]
  const held = new Set(grantsFor(model, id, userId).flatMap(({ rights }) => [...rights]))
  return allRights.filter((right) => held.has(right))
}

export const mayRead = (model: Model, id: string, userId: string): boolean =>
  rightsOf(model, id, userId).includes('read')

export function ask(model: Model, id: string, userId: string, right: Right): Outcome {
  const held = rightsOf(model, id, userId)
  if (!held.includes('read')) return 'not-found'
  return held.includes(right) ? 'done' : 'not-allowed'
}

export const isWithin = (rights: Iterable<Right>, held: readonly Right[]): boolean =>
  [...rights].every((right) => held.includes(right))

/** At the top of what somebody sees: in no folder, or in none that they may read. */
export const isAtTop = (model: Model, { parentId, organizationId }: Node, userId: string): boolean =>
  parentId === undefined || (!isSupervisor(model, organizationId, userId) && !mayRead(model, parentId, userId))

/** What comes back from the trash into a folder that is in the trash comes back at the top. */
export function leaveTrash(model: Model, node: Node): void {
  if (node.parentId !== undefined && model.nodes.get(node.parentId)?.batch !== undefined) node.parentId = undefined
}
