import { listFiles, type File } from '@trove/contract/files'
import { createFolder, listFolders } from '@trove/contract/folders'
import { listOrganizations, type Organization } from '@trove/contract/organizations'
import { Failure, isFailure } from './failure.ts'
import type { Server } from './server/server.ts'
import { printable } from './terminal/text.ts'

const AT_ONCE = 200
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i

export const isId = (text: string): boolean => UUID.test(text)

/** `ORG/FOLDER/…` as somebody wrote it. */
export function readPlace(text: string): { organization: string; way: readonly string[] } {
  const [organization = '', ...way] = text.split('/').filter((word) => word !== '')
  if (organization === '') throw new Failure('misunderstood', 'Say where: ORGANIZATION, or ORGANIZATION/FOLDER.')
  return { organization, way }
}

/** By id, short name, or name whatever its case. @throws Failure  not-found */
export async function findOrganization(server: Server, text: string): Promise<Pick<Organization, 'id' | 'name'>> {
  const lower = text.toLowerCase()
  const { items } = await server.call(listOrganizations, {}).catch((error: unknown) => {
    // A key that may only upload may not list either; it needs the id.
    if (isFailure(error, 'not-allowed') && isId(text)) return { items: [] }
    throw error
  })
  if (items.length === 0 && isId(text)) return { id: lower, name: lower }
  const found =
    items.find(({ id }) => id === lower) ??
    items.find(({ slug }) => slug === text) ??
    only(
      text,
      items.filter(({ name }) => name === text),
    ) ??
    only(
      text,
      items.filter(({ name }) => name.toLowerCase() === lower),
    )
  if (found !== undefined) return found
  const names = items.slice(0, 20).map(({ name }) => printable(name))
  const known = names.length === 0 ? 'You are in none.' : `You are in: ${names.join(', ')}.`
  throw new Failure('not-found', `There is no organization "${printable(text)}" at ${server.place}. ${known}`)
}

function only(text: string, found: readonly Organization[]): Organization | undefined {
  if (found.length < 2) return found[0]
  const slugs = found.map(({ slug }) => slug).join(', ')
  throw new Failure(
    'not-found',
    `There are ${found.length} organizations called "${printable(text)}"; name one by its short name: ${slugs}.`,
  )
}

/** The folders of an organization as far as they were looked at; each is asked for once. */
export type FolderTree = {
  server: Server
  organizationId: string
  names: Map<string, Promise<Map<string, string>>>
  ids: Map<string, Promise<string>>
}

export const openTree = (server: Server, organizationId: string): FolderTree => ({
  server,
  organizationId,
  names: new Map(),
  ids: new Map(),
})

/** Undefined when there is none. Its case counts, unless there is but one that differs in nothing else. */
export async function findFolder(
  tree: FolderTree,
  parentId: string | undefined,
  name: string,
): Promise<string | undefined> {
  const names = await namesIn(tree, parentId)
  const exact = names.get(name)
  if (exact !== undefined) return exact
  const alike = [...names].filter(([other]) => other.toLowerCase() === name.toLowerCase())
  return alike.length === 1 ? alike[0]?.[1] : undefined
}

/** Id of the folder at the end of a way; undefined for the top. @throws Failure  not-found */
export async function walkTo(
  tree: FolderTree,
  way: readonly string[],
  whenMissing: 'make' | 'refuse',
): Promise<string | undefined> {
  let parentId: string | undefined
  for (const [depth, name] of way.entries()) {
    const found = await findFolder(tree, parentId, name)
    if (found === undefined && whenMissing === 'refuse') {
      const where = depth === 0 ? 'the organization' : `"${printable(way.slice(0, depth).join('/'))}"`
      throw new Failure('not-found', `There is no folder "${printable(name)}" in ${where}.`)
    }
    parentId = found ?? (await makeFolder(tree, parentId, name))
  }
  return parentId
}

/** The folder of that name in a folder, made when it is missing. However often it is asked for at once, it is made once. */
export function ensureFolder(tree: FolderTree, parentId: string | undefined, name: string): Promise<string> {
  const key = JSON.stringify([parentId ?? '', name])
  const known = tree.ids.get(key)
  if (known !== undefined) return known
  const ensuring = namesIn(tree, parentId).then((names) => names.get(name) ?? makeFolder(tree, parentId, name))
  tree.ids.set(key, ensuring)
  ensuring.catch(() => tree.ids.delete(key))
  return ensuring
}

async function makeFolder(tree: FolderTree, parentId: string | undefined, name: string): Promise<string> {
  const { server, organizationId } = tree
  const body = { name, ...(parentId !== undefined && { parentId }) }
  for (let attempt = 1; ; attempt++) {
    try {
      const { id } = await server.call(createFolder, { params: { organizationId }, body }, 'once')
      tree.names.get(parentId ?? '')?.then(
        (names) => names.set(name, id),
        () => undefined,
      )
      // It was made just now: nothing is in it.
      tree.names.set(id, Promise.resolve(new Map()))
      return id
    } catch (error) {
      // The answer may have been lost, or somebody else have made it: look, and only then try again.
      if (!isFailure(error, 'lost', 'unavailable', 'too-many-requests', 'name-taken') || attempt > 5) throw error
      tree.names.delete(parentId ?? '')
      const found = (await namesIn(tree, parentId)).get(name)
      if (found !== undefined) return found
    }
  }
}

function namesIn(tree: FolderTree, parentId: string | undefined): Promise<Map<string, string>> {
  const key = parentId ?? ''
  const asked = tree.names.get(key)
  if (asked !== undefined) return asked
  const asking = listAllFolders(tree.server, tree.organizationId, parentId).then(
    // The first of those with the same name is meant.
    (folders) => new Map(folders.toReversed().map(({ id, name }) => [name, id])),
  )
  tree.names.set(key, asking)
  asking.catch(() => tree.names.delete(key))
  return asking
}

export async function listAllFolders(server: Server, organizationId: string, parentId: string | undefined) {
  return collect((cursor) =>
    server.call(listFolders, {
      params: { organizationId },
      query: { limit: AT_ONCE, ...(parentId !== undefined && { parentId }), ...(cursor !== undefined && { cursor }) },
    }),
  )
}

/** The files in a folder itself, or at the top. */
export async function listAllFiles(
  server: Server,
  organizationId: string,
  folderId: string | undefined,
): Promise<File[]> {
  return collect((cursor) =>
    server.call(listFiles, {
      params: { organizationId },
      query: { limit: AT_ONCE, folderId: folderId ?? 'top', ...(cursor !== undefined && { cursor }) },
    }),
  )
}

/** Every page of a list. A server that gives the same cursor twice is not believed. @throws Failure  not-trove */
export async function collect<T>(
  page: (cursor: string | undefined) => Promise<{ items: T[]; next?: string }>,
): Promise<T[]> {
  const all: T[] = []
  const seen = new Set<string>()
  let cursor: string | undefined
  do {
    const { items, next } = await page(cursor)
    for (const one of items) all.push(one)
    if (next !== undefined && seen.has(next))
      throw new Failure('not-trove', 'The server repeats the pages of a list without end.')
    if (next !== undefined) seen.add(next)
    cursor = next
  } while (cursor !== undefined)
  return all
}
