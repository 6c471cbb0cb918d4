import { randomBytes } from 'node:crypto'
import type { Rights } from '@trove/contract/access'
import { explainAccess, listVisible } from '../../src/domain/access/explain/operations.ts'
import { readersAmong, rightsOf } from '../../src/domain/access/index.ts'
import { listFolders } from '../../src/domain/files/folders/operations.ts'
import { listFiles, summarizeFiles } from '../../src/domain/files/operations.ts'
import type { UserActor } from '../../src/platform/actor.ts'
import { newId } from '../../src/platform/ids.ts'
import { makeMember, makeOrganization, makeUser } from '../make.ts'
import { startTestPlatform, type TestPlatform } from '../platform.ts'
import { randomOf } from '../random.ts'
import * as model from './model.ts'
import type { Board } from './board.ts'
import { plays } from './moves.ts'

const USERS_EACH = 6
/** Everything there is, for everybody, is compared after so many moves; a few things after each. */
const EVERYTHING_EVERY = 10
const LOOKS = 3

export type Game = { seed: number; moves: number; compared: number; divergences: string[] }

/** Random changes by two organizations of six people each, and after each the program's word against the model's. */
export async function play(seed: number, moves: number): Promise<Game> {
  const t = await startTestPlatform()
  const game: Game = { seed, moves: 0, compared: 0, divergences: [] }
  try {
    const board = await openBoard(t, seed)
    const diverge = (words: string) => void game.divergences.push(`seed ${seed}, move ${game.moves}: ${words}`)
    while (game.moves < moves && game.divergences.length === 0) {
      const move = await board.random.pick(plays)(board)
      if (move === undefined) continue
      game.moves += 1
      if (move.came !== move.should) diverge(`${move.words}: ${move.came}, should be ${move.should}`)
      const compare = (what: string, came: unknown, should: unknown) => {
        game.compared += 1
        const [left, right] = [JSON.stringify(came), JSON.stringify(should)]
        if (left !== right) diverge(`after "${move.words}", ${what}: ${left}, should be ${right}`)
      }
      await look(board, compare)
      if (game.moves % EVERYTHING_EVERY === 0) await lookAtEverything(board, compare)
    }
    return game
  } finally {
    await t.stop()
  }
}

async function openBoard(t: TestPlatform, seed: number): Promise<Board> {
  const { platform } = t
  const board: Board = {
    t,
    model: model.emptyModel(),
    random: randomOf(seed),
    people: [],
    owners: new Map(),
    blobs: new Map(),
  }
  for (let index = 0; index < 2 * USERS_EACH; index++) board.people.push(await makeUser(platform))
  for (const half of [0, USERS_EACH]) {
    const owner = board.people[half] as UserActor
    const { id } = await makeOrganization(platform, owner)
    const roles = new Map([[owner.userId, 'owner' as const]])
    board.model.roles.set(id, roles as never)
    board.owners.set(id, owner)
    for (const [index, user] of board.people.slice(half + 1, half + USERS_EACH).entries()) {
      const role = (['admin', 'member', 'member', 'guest', 'guest'] as const)[index] ?? 'member'
      await makeMember(platform, id, user, role)
      roles.set(user.userId, role as never)
    }
    board.blobs.set(id, await blob(t, id))
  }
  return board
}

async function blob({ platform: { db } }: TestPlatform, organizationId: string): Promise<string> {
  const id = newId()
  const about = { sha256: randomBytes(32), size_bytes: 1, media_type: 'image/jpeg', object_key: `photos/${id}` }
  await db
    .insertInto('blob')
    .values({ id, organization_id: organizationId, ...about })
    .execute()
  return id
}

type Compare = (what: string, came: unknown, should: unknown) => void

/** A few single decisions. */
async function look({ t, model: m, random, people }: Board, compare: Compare): Promise<void> {
  const nodes = [...m.nodes.keys()]
  for (let count = 0; count < LOOKS && nodes.length > 0; count++) {
    const [id, user] = [random.pick(nodes), random.pick(people)]
    compare(
      `rights of ${user.userId} on ${id}`,
      await rightsOf(t.platform.db, user, id),
      model.rightsOf(m, id, user.userId),
    )
  }
}

async function lookAtEverything(board: Board, compare: Compare): Promise<void> {
  const { t, model: m, random, people } = board
  const { db } = t.platform
  const nodes = [...m.nodes.values()]
  const userIds = people.map(({ userId }) => userId)
  const readers = await readersAmong(
    db,
    nodes.map(({ id }) => id),
    userIds,
  )
  const should = nodes.flatMap(({ id }) =>
    userIds.filter((userId) => model.mayRead(m, id, userId)).map((userId) => `${id} ${userId}`),
  )
  compare('readers', [...readers].toSorted(), should.toSorted())
  const user = random.pick(people)
  for (const organizationId of m.roles.keys()) {
    if (model.roleOf(m, organizationId, user.userId) === undefined) continue
    await lookAtLists(board, user, organizationId, compare)
  }
  if (nodes.length > 0) await lookAtReasons(board, random.pick(nodes), compare)
}

async function lookAtLists({ t, model: m, random }: Board, user: UserActor, organizationId: string, compare: Compare) {
  const { db } = t.platform
  const { userId } = user
  const seen = [...m.nodes.values()].filter(
    (node) => node.organizationId === organizationId && model.mayRead(m, node.id, userId),
  )
  const told = (kind: model.Node['kind'], where: (node: model.Node) => boolean) =>
    seen
      .filter((node) => node.kind === kind && where(node))
      .map(({ id }) => `${id} ${model.rightsOf(m, id, userId).join()}`)
      .toSorted()
  const isThere = ({ batch }: model.Node) => batch === undefined
  const limit = random.pick([1, 3, 200])
  const pageThrough = async (
    list: (cursor?: string) => Promise<{ items: { id: string; rights: Rights }[]; next?: string }>,
  ) => {
    const all: string[] = []
    for (let cursor: string | undefined, isFirst = true; isFirst || cursor !== undefined; isFirst = false) {
      const page = await list(cursor)
      all.push(...page.items.map(({ id, rights }) => `${id} ${rights.join()}`))
      cursor = page.next
    }
    return all.toSorted()
  }
  const filesWith = (filter: object) =>
    pageThrough((cursor) => listFiles(db, user, { organizationId, limit, ...filter, ...(cursor && { cursor }) }))
  const foldersWith = (filter: object) =>
    pageThrough((cursor) => listFolders(db, user, { organizationId, limit, ...filter, ...(cursor && { cursor }) }))

  compare(`files of ${userId}`, await filesWith({}), told('file', isThere))
  compare(
    `trash of ${userId}`,
    await filesWith({ trashed: true }),
    told('file', (node) => !isThere(node)),
  )
  compare(`images of ${userId}`, await filesWith({ kind: 'image' }), told('file', isThere))
  compare(
    `files at the top of ${userId}`,
    await filesWith({ folderId: 'top' }),
    told('file', (node) => isThere(node) && model.isAtTop(m, node, userId)),
  )
  compare(
    `folders at the top of ${userId}`,
    await foldersWith({}),
    told('folder', (node) => isThere(node) && model.isAtTop(m, node, userId)),
  )
  const { count } = await summarizeFiles(db, user, { organizationId })
  compare(`number of files of ${userId}`, count, told('file', isThere).length)
  const folder = seen.find((node) => node.kind === 'folder' && isThere(node) && random.chance(0.5))
  if (folder === undefined) return
  const isInIt = (node: model.Node) => isThere(node) && node.parentId === folder.id
  compare(`files in a folder of ${userId}`, await filesWith({ folderId: folder.id }), told('file', isInIt))
  compare(`folders in a folder of ${userId}`, await foldersWith({ parentId: folder.id }), told('folder', isInIt))
}

/** Why: for each person the very grants that let them in; and of one person, what they can see. */
async function lookAtReasons({ t, model: m, owners, random }: Board, node: model.Node, compare: Compare) {
  const { organizationId } = node
  const owner = owners.get(organizationId) as UserActor
  const { db } = t.platform
  const roles = [...(m.roles.get(organizationId) ?? [])]
  const { items } = await explainAccess(db, owner, { resourceId: node.id, limit: 200 })
  const came = items.map(({ person, rights, reasons }) => {
    const because = reasons.map((reason) => (reason.kind === 'grant' ? reason.grantId : reason.kind))
    return `${person.id} ${rights.join()} ${because.toSorted().join()}`
  })
  const should = roles
    .filter(([userId]) => model.mayRead(m, node.id, userId))
    .map(([userId]) => {
      const because = [
        ...(model.isSupervisor(m, organizationId, userId) ? ['role'] : []),
        ...(node.createdBy === userId ? ['uploader'] : []),
        ...model.grantsFor(m, node.id, userId).map(({ id }) => id),
      ]
      return `${userId} ${model.rightsOf(m, node.id, userId).join()} ${because.toSorted().join()}`
    })
  compare(`who can see ${node.id}, and why`, came.toSorted(), should.toSorted())
  const [userId] = random.pick(roles)
  const visible = await listVisible(db, owner, { organizationId, userId })
  const count = [...m.nodes.values()].filter(
    (each) =>
      each.kind === 'file' &&
      each.organizationId === organizationId &&
      each.batch === undefined &&
      model.mayRead(m, each.id, userId),
  ).length
  compare(`how many files ${userId} can see`, visible.visibleCount, count)
}
