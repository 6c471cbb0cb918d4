import type { Remote } from './remote.ts'

type Names = Map<string, string>

/** The folders that a batch of dropped files goes into, as far as they were found or made. */
export type FolderTree = {
  remote: Pick<Remote, 'folders' | 'makeFolder'>
  organizationId: string
  /** Where the batch itself goes; undefined for the top. */
  rootId: string | undefined
  /** Ids by the way to them: `Shoot/Day 1`. */
  ids: Map<string, Promise<string>>
  /** Names in a folder, by its id; asked for once. */
  names: Map<string, Promise<Names>>
}

export function createFolderTree(
  remote: FolderTree['remote'],
  { organizationId, folderId }: { organizationId: string; folderId: string | undefined },
): FolderTree {
  return { remote, organizationId, rootId: folderId, ids: new Map(), names: new Map() }
}

/**
 * Id of the folder at a way below the root. Each name is looked for first and made when it is missing,
 * so that what was interrupted goes on in the folders that it has made.
 *
 * @param way  names from the root down, with `/` between them
 */
export function folderAt(tree: FolderTree, way: string): Promise<string> {
  const known = tree.ids.get(way)
  if (known !== undefined) return known
  const finding = findOrMake(tree, way)
  tree.ids.set(way, finding)
  // Asked again the next time: the connection may have been lost, or the refusal be over.
  finding.catch(() => tree.ids.delete(way))
  return finding
}

async function findOrMake(tree: FolderTree, way: string): Promise<string> {
  const cut = way.lastIndexOf('/')
  const name = way.slice(cut + 1)
  const parentId = cut === -1 ? tree.rootId : await folderAt(tree, way.slice(0, cut))
  const names = await namesIn(tree, parentId)
  const found = names.get(name)
  if (found !== undefined) return found
  const { id } = await tree.remote.makeFolder(tree.organizationId, {
    name,
    ...(parentId === undefined ? {} : { parentId }),
  })
  names.set(name, id)
  // It was made just now: nothing is in it.
  tree.names.set(id, Promise.resolve(new Map()))
  return id
}

function namesIn(tree: FolderTree, parentId: string | undefined): Promise<Names> {
  const key = parentId ?? ''
  const asked = tree.names.get(key)
  if (asked !== undefined) return asked
  const asking = tree.remote
    .folders(tree.organizationId, parentId)
    .then((folders) => new Map(folders.toReversed().map(({ id, name }) => [name, id])))
  tree.names.set(key, asking)
  asking.catch(() => tree.names.delete(key))
  return asking
}
