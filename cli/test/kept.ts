import { createHash } from 'node:crypto'
import type { Rig } from './rig.ts'

export const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

/** The files that are there and not in the trash, as `Folder/name` with their hash, in the order of the paths. */
export async function keptBelow({ t }: Pick<Rig, 't'>, below: string): Promise<{ path: string; sha256: string }[]> {
  const { db } = t.platform
  const files = await db
    .selectFrom('file')
    .innerJoin('resource', 'resource.id', 'file.id')
    .innerJoin('version', 'version.id', 'file.current_version_id')
    .select(['file.name', 'resource.parent_id as folderId', 'version.sha256'])
    .where('file.trashed_at', 'is', null)
    .execute()
  const folders = await db
    .selectFrom('folder')
    .innerJoin('resource', 'resource.id', 'folder.id')
    .select(['folder.id', 'folder.name', 'resource.parent_id as parentId'])
    .execute()
  const wayTo = (id: string | null): string => {
    const folder = folders.find((one) => one.id === id)
    return folder === undefined ? '' : `${wayTo(folder.parentId)}${folder.name}/`
  }
  return files
    .map((file) => ({ path: wayTo(file.folderId) + file.name, sha256: file.sha256.toString('hex') }))
    .filter(({ path }) => path.startsWith(below))
    .toSorted((a, b) => (a.path < b.path ? -1 : 1))
}
