import { getFile, getFileContent, type File } from '@trove/contract/files'
import { getFolder } from '@trove/contract/folders'
import { getSharedContent, listSharedFiles, listSharedFolders, type SharedFile } from '@trove/contract/shared'
import { Failure, isFailure } from '../failure.ts'
import {
  collect,
  findFolder,
  findOrganization,
  isId,
  listAllFiles,
  listAllFolders,
  openTree,
  readPlace,
} from '../place.ts'
import { pathOf, type Server } from '../server/server.ts'
import { printable } from '../terminal/text.ts'
import type { Visit } from './visit.ts'

/** Deeper than anybody's folders; a server that goes on is not believed. */
const MOST_DEEP = 100
const AT_ONCE = 200

type Named = { id: string; name: string }

/** A file there that is to be fetched. */
export type Wanted = {
  server: Server
  /** Below `/api`. */
  contentPath: string
  fileId: string
  name: string
  /** Folders that it is in, from the outermost that was asked for. */
  folders: readonly Named[]
  /** Unknown of what a link makes only when it is asked for. */
  sizeBytes: number | undefined
  sha256: string | undefined
  /** Why it is not given, as far as that is known before. */
  withheld: string | undefined
}

/** What was named by an id, or by `ORGANIZATION/FOLDER/NAME`. @throws Failure  not-found */
export async function planNamed(server: Server, word: string): Promise<Wanted[]> {
  if (!isId(word)) return planPlace(server, word)
  try {
    return [wantedOf(server, await server.call(getFile, { params: { fileId: word } }), [])]
  } catch (error) {
    if (!isFailure(error, 'not-found')) throw error
  }
  const { id, name, organizationId } = await server
    .call(getFolder, { params: { folderId: word } })
    .catch((error: unknown) => {
      throw isFailure(error, 'not-found')
        ? new Failure('not-found', `There is no file or folder ${word} that you may see.`)
        : error
    })
  return walk(server, organizationId, { id, name })
}

async function planPlace(server: Server, word: string): Promise<Wanted[]> {
  const { organization, way } = readPlace(word)
  const { id: organizationId, name } = await findOrganization(server, organization)
  const tree = openTree(server, organizationId)
  let folder: Named | undefined
  for (const [depth, wanted] of way.entries()) {
    const id = await findFolder(tree, folder?.id, wanted)
    if (id === undefined) {
      const files = depth === way.length - 1 ? await listAllFiles(server, organizationId, folder?.id) : []
      const named = files.filter((file) => file.name === wanted)
      if (named.length > 0) return named.map((file) => wantedOf(server, file, []))
      throw new Failure(
        'not-found',
        `There is no "${printable(wanted)}" in ${printable([name, ...way.slice(0, depth)].join('/'))}.`,
      )
    }
    folder = { id, name: wanted }
  }
  return walk(server, organizationId, folder ?? { id: undefined, name })
}

/** Everything in a folder; at the top of an organization without an id. */
async function walk(
  server: Server,
  organizationId: string,
  top: { id: string | undefined; name: string },
): Promise<Wanted[]> {
  const found: Wanted[] = []
  const seen = new Set<string>()
  const visit = async (id: string | undefined, folders: readonly Named[]): Promise<void> => {
    requireSane(id, folders, seen)
    for (const file of await listAllFiles(server, organizationId, id)) found.push(wantedOf(server, file, folders))
    for (const folder of await listAllFolders(server, organizationId, id))
      await visit(folder.id, [...folders, { id: folder.id, name: folder.name }])
  }
  await visit(top.id, [{ id: top.id ?? organizationId, name: top.name }])
  return inOrder(found)
}

/** Everything that an open link is of. */
export async function planLink({ server, link }: Visit): Promise<Wanted[]> {
  const params = { linkId: link.id }
  const found: Wanted[] = []
  const seen = new Set<string>()
  const visit = async (folderId: string | undefined, folders: readonly Named[]): Promise<void> => {
    requireSane(folderId, folders, seen)
    const query = { limit: AT_ONCE, ...(folderId !== undefined && { folderId }) }
    const of = (cursor: string | undefined) => ({
      params,
      query: { ...query, ...(cursor !== undefined && { cursor }) },
    })
    for (const file of await collect((cursor) => server.call(listSharedFiles, of(cursor))))
      found.push(sharedOf(server, link.id, file, folders))
    if (link.kind !== 'folder') return
    for (const folder of await collect((cursor) => server.call(listSharedFolders, of(cursor))))
      await visit(folder.id, [...folders, { id: folder.id, name: folder.name }])
  }
  await visit(undefined, link.kind === 'file' ? [] : [{ id: link.id, name: link.title }])
  return inOrder(found)
}

function requireSane(id: string | undefined, folders: readonly Named[], seen: Set<string>): void {
  if (folders.length > MOST_DEEP || (id !== undefined && seen.has(id)))
    throw new Failure('not-trove', 'The server tells of folders that are within themselves.')
  if (id !== undefined) seen.add(id)
}

/** Oldest first, so that the second of the same name is the second tomorrow too. */
const inOrder = (found: readonly Wanted[]): Wanted[] => found.toSorted((a, b) => (a.fileId < b.fileId ? -1 : 1))

function wantedOf(server: Server, file: File, folders: readonly Named[]): Wanted {
  const { id: fileId, name, sizeBytes, sha256 } = file
  const contentPath = pathOf(getFileContent, { params: { fileId }, query: { download: '1' } })
  const withheld = file.rights.includes('download') ? undefined : 'You may look at it, and not download it.'
  return { server, contentPath, fileId, name, folders, sizeBytes, sha256, withheld }
}

function sharedOf(server: Server, linkId: string, file: SharedFile, folders: readonly Named[]): Wanted {
  const { id: fileId, name, sizeBytes, mayDownload } = file
  const contentPath = pathOf(getSharedContent, { params: { linkId, fileId }, query: { download: '1' } })
  const withheld = mayDownload ? undefined : (file.withheld ?? 'This link does not let it be downloaded.')
  return { server, contentPath, fileId, name, folders, sizeBytes, sha256: undefined, withheld }
}
