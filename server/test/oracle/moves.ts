import { rights as allRights, type Right } from '@trove/contract/access'
import type { UserActor } from '../../src/platform/actor.ts'
import { inTransaction } from '../../src/platform/db/index.ts'
import { newId } from '../../src/platform/ids.ts'
import * as grants from '../../src/domain/access/grants/operations.ts'
import { addFile } from '../../src/domain/files/index.ts'
import * as folders from '../../src/domain/files/folders/operations.ts'
import * as files from '../../src/domain/files/operations.ts'
import { first, name, outcomeOf, type Board, type Move, type Play } from './board.ts'
import { changeMember, changeTeam } from './people.ts'
import * as model from './model.ts'
import type { Model, Node, Outcome, Principal } from './model.ts'

/** The more often it is named, the more often it is played. */
export const plays: readonly Play[] = [
  addAFile,
  addAFile,
  makeAFolder,
  makeAFolder,
  setAGrant,
  setAGrant,
  setAGrant,
  setAGrant,
  removeAGrant,
  endAGrant,
  moveSomething,
  moveSomething,
  moveSomething,
  renameSomething,
  trashSomething,
  restoreSomething,
  restoreSomething,
  changeMember,
  changeTeam,
  changeTeam,
]

const nodesOf = ({ model: { nodes } }: Board, kind?: Node['kind']): Node[] =>
  [...nodes.values()].filter((node) => kind === undefined || node.kind === kind)

async function addAFile({ t, model: { nodes, roles }, random, people, blobs }: Board) {
  const organizationId = random.pick([...blobs.keys()])
  const user = random.pick(people)
  if (!roles.get(organizationId)?.has(user.userId)) return undefined
  const among = [...nodes.values()].filter(
    (node) => node.kind === 'folder' && node.organizationId === organizationId && node.batch === undefined,
  )
  const parentId = random.chance(0.7) && among.length > 0 ? random.pick(among).id : undefined
  const blobId = blobs.get(organizationId) ?? ''
  const about = { organizationId, createdBy: user.userId, name: 'file', kind: 'image', blobId, folderId: parentId }
  const { fileId } = await inTransaction(t.platform.db, (tx) => addFile(tx, about))
  const { userId: createdBy } = user
  nodes.set(fileId, { id: fileId, kind: 'file', organizationId, createdBy, parentId, batch: undefined })
  return { words: `${name(user.userId)} adds a file to ${name(parentId)}`, came: 'done', should: 'done' as const }
}

async function makeAFolder(board: Board): Promise<Move> {
  const { t, model: m, random, people, blobs } = board
  const organizationId = random.pick([...blobs.keys()])
  const user = random.pick(people)
  const parent =
    random.chance(0.7) && nodesOf(board, 'folder').length > 0 ? random.pick(nodesOf(board, 'folder')) : undefined
  const role = model.roleOf(m, organizationId, user.userId)
  const mayAtAll: Outcome =
    role === undefined ? 'not-found' : role === 'guest' && parent === undefined ? 'not-allowed' : 'done'
  const mayThere = parent === undefined ? 'done' : model.ask(m, parent.id, user.userId, 'write')
  const isThere = parent === undefined || (parent.organizationId === organizationId && parent.batch === undefined)
  const should = first(mayAtAll, mayThere, isThere ? 'done' : 'not-found')
  const about = { organizationId, name: 'folder', ...(parent && { parentId: parent.id }) }
  let id = ''
  const came = await outcomeOf(async () => void ({ id } = await folders.createFolder(t.platform, user, about)))
  if (came === 'done') {
    const { userId: createdBy } = user
    m.nodes.set(id, { id, kind: 'folder', organizationId, createdBy, parentId: parent?.id, batch: undefined })
    await learnGrants(board, id)
  }
  return { words: `${name(user.userId)} makes a folder in ${name(parent?.id)}`, came, should }
}

/** Ids of grants are given by the program; whose they are and what they give must be as the model says. */
async function learnGrants({ t, model: m }: Board, resourceId: string) {
  const rows = await t.platform.db
    .selectFrom('grant')
    .select(['id', 'user_id', 'rights'])
    .where('resource_id', '=', resourceId)
    .execute()
  for (const { id, user_id } of rows) {
    const principal = { kind: 'user' as const, id: user_id ?? '' }
    m.grants.set(id, { id, resourceId, principal, rights: new Set(allRights), isOver: false })
  }
}

async function setAGrant(board: Board): Promise<Move | undefined> {
  const { t, model: m, random, people } = board
  if (m.nodes.size === 0) return undefined
  const node = random.pick(nodesOf(board))
  const user = random.chance(0.5) ? (board.owners.get(node.organizationId) as UserActor) : random.pick(people)
  const principal = somePrincipal(board)
  const rights = [...new Set<Right>(['read', ...allRights.filter(() => random.chance(0.4))])]
  const held = model.rightsOf(m, node.id, user.userId)
  const before = [...m.grants.values()].find(
    (grant) => grant.resourceId === node.id && grant.principal.id === principal.id,
  )
  const should = first(
    model.ask(m, node.id, user.userId, 'share'),
    model.isWithin(rights, held) ? 'done' : 'not-allowed',
    isIn(m, principal, node.organizationId) ? 'done' : 'not-found',
    before === undefined || model.isWithin(before.rights, held) ? 'done' : 'not-allowed',
  )
  let id = ''
  const input = { resourceId: node.id, principal, rights }
  const came = await outcomeOf(async () => void ({ id } = await grants.setGrant(t.platform, user, input)))
  if (came === 'done') m.grants.set(id, { id, resourceId: node.id, principal, rights: new Set(rights), isOver: false })
  return {
    words: `${name(user.userId)} gives ${rights.join()} on ${name(node.id)} to ${principal.kind} ${name(principal.id)}`,
    came,
    should,
  }
}

function somePrincipal({ model: m, random, people }: Board): Principal {
  const dice = random.below(10)
  if (dice < 2) return { kind: 'organization', id: random.pick([...m.roles.keys()]) }
  if (dice < 5 && m.teams.size > 0) return { kind: 'team', id: random.pick([...m.teams.keys()]) }
  return { kind: 'user', id: random.pick(people).userId }
}

function isIn(m: Model, { kind, id }: Principal, organizationId: string): boolean {
  if (kind === 'user') return model.roleOf(m, organizationId, id) !== undefined
  if (kind === 'team') return m.teams.get(id)?.organizationId === organizationId
  return id === organizationId
}

async function removeAGrant(board: Board): Promise<Move | undefined> {
  const { t, model: m, random, people, owners } = board
  if (m.grants.size === 0) return undefined
  const grant = random.pick([...m.grants.values()])
  const node = random.chance(0.9) ? (m.nodes.get(grant.resourceId) as Node) : random.pick(nodesOf(board))
  const user = random.chance(0.5) ? (owners.get(node.organizationId) as UserActor) : random.pick(people)
  const should = first(
    model.ask(m, node.id, user.userId, 'share'),
    grant.resourceId === node.id ? 'done' : 'not-found',
    model.isWithin(grant.rights, model.rightsOf(m, node.id, user.userId)) ? 'done' : 'not-allowed',
  )
  const about = { resourceId: node.id, grantId: grant.id }
  const came = await outcomeOf(() => grants.removeGrant(t.platform, user, about))
  if (came === 'done') m.grants.delete(grant.id)
  return { words: `${name(user.userId)} takes back grant ${name(grant.id)} on ${name(node.id)}`, came, should }
}

/** Its time is over: the clock is the one thing that is not waited for. */
async function endAGrant({ t, model: m, random }: Board): Promise<Move | undefined> {
  if (m.grants.size === 0) return undefined
  const grant = random.pick([...m.grants.values()])
  const expires_at = new Date(Date.now() - 1_000)
  await t.platform.db.updateTable('grant').set({ expires_at }).where('id', '=', grant.id).execute()
  grant.isOver = true
  return { words: `the time of grant ${name(grant.id)} is over`, came: 'done', should: 'done' }
}

async function moveSomething(board: Board): Promise<Move | undefined> {
  const { t, model: m, random, people, owners } = board
  if (m.nodes.size === 0) return undefined
  const node = random.pick(nodesOf(board))
  const { organizationId } = node
  const user = random.chance(0.4) ? (owners.get(organizationId) as UserActor) : random.pick(people)
  const target =
    random.chance(0.8) && nodesOf(board, 'folder').length > 0 ? random.pick(nodesOf(board, 'folder')) : undefined
  const should = mayMove(m, user.userId, node, target)
  const ids = node.kind === 'file' ? { fileIds: [node.id] } : { folderIds: [node.id] }
  const move = { organizationId, ...ids, folderId: target?.id ?? null }
  const came = await outcomeOf(() => folders.moveResources(t.platform, user, move))
  if (came === 'done') node.parentId = target?.id
  return { words: `${name(user.userId)} moves ${name(node.id)} to ${name(target?.id)}`, came, should }
}

function mayMove(m: Model, userId: string, node: Node, target: Node | undefined): Outcome {
  const role = model.roleOf(m, node.organizationId, userId)
  const held = model.rightsOf(m, node.id, userId)
  const parent = node.parentId === undefined ? [] : model.rightsOf(m, node.parentId, userId)
  const isTakenOut =
    node.parentId !== undefined && node.createdBy !== userId && parent.includes('read') && !parent.includes('write')
  const present = new Set(model.reaching(m, node.id))
  const given = target === undefined ? [] : model.reaching(m, target.id).filter((grant) => !present.has(grant))
  const mayGive =
    given.length === 0 || (held.includes('share') && given.every(({ rights }) => model.isWithin(rights, held)))
  const isIntoItself = target !== undefined && [...model.wayUp(m, target.id)].includes(node)
  return first(
    role === undefined ? 'not-found' : role === 'guest' && target === undefined ? 'not-allowed' : 'done',
    target === undefined ? 'done' : model.ask(m, target.id, userId, 'write'),
    target !== undefined && (target.organizationId !== node.organizationId || target.batch !== undefined)
      ? 'not-found'
      : 'done',
    model.ask(m, node.id, userId, 'write'),
    isTakenOut || !mayGive ? 'not-allowed' : 'done',
    isIntoItself ? 'invalid-request' : 'done',
  )
}

async function renameSomething(board: Board): Promise<Move | undefined> {
  const { t, model: m, random, people } = board
  if (m.nodes.size === 0) return undefined
  const node = random.pick(nodesOf(board))
  const user = random.pick(people)
  const came = await outcomeOf(() =>
    node.kind === 'file'
      ? files.renameFile(t.platform, user, { fileId: node.id, name: 'renamed' })
      : folders.renameFolder(t.platform, user, { folderId: node.id, name: 'renamed' }),
  )
  return {
    words: `${name(user.userId)} renames ${name(node.id)}`,
    came,
    should: model.ask(m, node.id, user.userId, 'write'),
  }
}

async function trashSomething(board: Board): Promise<Move | undefined> {
  const { t, model: m, random, people } = board
  if (m.nodes.size === 0) return undefined
  const node = random.pick(nodesOf(board))
  const user = random.pick(people)
  const should = model.ask(m, node.id, user.userId, 'write')
  const came = await outcomeOf(() =>
    node.kind === 'file' ? files.trashFile(t.platform, user, node.id) : folders.trashFolder(t.platform, user, node.id),
  )
  const batch = newId()
  if (came === 'done') for (const each of model.below(m, node.id)) each.batch ??= batch
  return { words: `${name(user.userId)} trashes ${name(node.id)}`, came, should }
}

async function restoreSomething(board: Board): Promise<Move | undefined> {
  const { t, model: m, random, people, owners } = board
  const trashed = nodesOf(board).filter(({ batch }) => batch !== undefined)
  if (trashed.length === 0) return undefined
  const node = random.pick(trashed)
  const user = random.chance(0.6) ? (owners.get(node.organizationId) as UserActor) : random.pick(people)
  const should = model.ask(m, node.id, user.userId, 'write')
  const came = await outcomeOf(() =>
    node.kind === 'file'
      ? files.restoreFile(t.platform, user, node.id)
      : folders.restoreFolder(t.platform, user, node.id),
  )
  if (came === 'done') {
    const { batch } = node
    for (const each of model.below(m, node.id)) if (each.batch === batch) each.batch = undefined
    model.leaveTrash(m, node)
  }
  return { words: `${name(user.userId)} restores ${name(node.id)}`, came, should }
}
