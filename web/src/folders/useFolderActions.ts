import {
  createFolder,
  moveResources,
  renameFolder,
  restoreFolder,
  trashFolder,
  type Folder,
} from '@trove/contract/folders'
import { useQueryClient, type QueryClient } from '@tanstack/react-query'
import { useMemo } from 'react'
import { call, sentenceOf } from '../lib/api.ts'
import { formatCount } from '../lib/format.ts'
import { toast } from '../ui/toast.ts'
import { originOf, type Load, type Target } from './model.ts'
import { byName, changeListed, folderQuery, refreshFolders } from './queries.ts'

/** What people do with folders: shown at once, told in a toast, taken back when it is refused. */
export function useFolderActions() {
  const queries = useQueryClient()
  return useMemo(
    () => ({
      create: (organizationId: string, parentId: string | undefined, name: string) =>
        create(queries, { organizationId, parentId, name }),
      rename: (folder: Folder, name: string) => rename(queries, folder, name),
      trash: (folder: Folder) => trash(queries, folder),
      restore: (folder: Folder) => restore(queries, folder),
      move: (load: Load, target: Target) => move(queries, load, target),
    }),
    [queries],
  )
}

/** @throws ApiProblem  told by the dialog that asked for it */
async function create(
  queries: QueryClient,
  { organizationId, parentId, name }: { organizationId: string; parentId: string | undefined; name: string },
): Promise<Folder> {
  const body = { name, ...(parentId === undefined ? {} : { parentId }) }
  const folder = await call(createFolder, { params: { organizationId }, body })
  changeListed(queries, { organizationId, parentId }, (now) => [...now, folder].sort(byName))
  void refreshFolders(queries, organizationId)
  return folder
}

async function rename(queries: QueryClient, folder: Folder, name: string, isUndo = false): Promise<void> {
  if (name === folder.name) return
  const show = (shown: string) => {
    changeListed(queries, folder, (now) =>
      now.map((one) => (one.id === folder.id ? { ...one, name: shown } : one)).sort(byName),
    )
    queries.setQueryData(folderQuery(folder.id).queryKey, (now) =>
      now === undefined
        ? undefined
        : { ...now, name: shown, path: now.path.map((one) => (one.id === folder.id ? { ...one, name: shown } : one)) },
    )
  }
  show(name)
  try {
    await call(renameFolder, { params: { folderId: folder.id }, body: { name } })
    const back = () => void rename(queries, { ...folder, name }, folder.name, true)
    toast({
      title: isUndo ? `Named ${name} again` : `Renamed to ${name}`,
      ...(isUndo ? {} : { action: { label: 'Undo', isUndo: true, run: back } }),
    })
  } catch (error) {
    show(folder.name)
    toast({ tone: 'danger', title: `${folder.name} keeps its name`, detail: sentenceOf(error) })
  }
  await refreshFolders(queries, folder.organizationId)
}

async function trash(queries: QueryClient, folder: Folder): Promise<boolean> {
  changeListed(queries, folder, (now) => now.filter((one) => one.id !== folder.id))
  try {
    const { count } = await call(trashFolder, { params: { folderId: folder.id } })
    toast({
      title: `${folder.name} moved to the trash`,
      ...(count > 0 ? { detail: `With ${formatCount(count, 'file')} in it.` } : {}),
      action: { label: 'Undo', isUndo: true, run: () => void restore(queries, folder) },
    })
    return true
  } catch (error) {
    changeListed(queries, folder, (now) => [...now, folder].sort(byName))
    toast({ tone: 'danger', title: `${folder.name} stays where it is`, detail: sentenceOf(error) })
    return false
  } finally {
    await refreshFolders(queries, folder.organizationId)
  }
}

async function restore(queries: QueryClient, folder: Folder): Promise<void> {
  const inTrash = { organizationId: folder.organizationId, trashed: true }
  changeListed(queries, inTrash, (now) => now.filter((one) => one.id !== folder.id))
  try {
    await call(restoreFolder, { params: { folderId: folder.id } })
    toast({ title: `${folder.name} is back from the trash` })
  } catch (error) {
    toast({ tone: 'danger', title: `${folder.name} stays in the trash`, detail: sentenceOf(error) })
  }
  await refreshFolders(queries, folder.organizationId)
}

/** @param undoing  where the things are by now, when an earlier move is taken back */
async function move(queries: QueryClient, load: Load, target: Target, undoing?: { from: Target }): Promise<void> {
  const { organizationId, files, folders } = load
  const isUndo = undoing !== undefined
  const origin = isUndo ? (undoing.from.id ?? null) : originOf(load)
  const here = { organizationId, parentId: origin ?? undefined }
  const ids = new Set(folders.map((folder) => folder.id))
  const putBack = load.takeOut?.()
  if (ids.size > 0) changeListed(queries, here, (now) => now.filter((one) => !ids.has(one.id)))
  const what = nameOf(load)
  try {
    await call(moveResources, {
      params: { organizationId },
      body: {
        folderId: target.id ?? null,
        ...(files.length > 0 ? { fileIds: files.map((file) => file.id) } : {}),
        ...(ids.size > 0 ? { folderIds: [...ids] } : {}),
      },
    })
    const isBackKnown = !isUndo && origin !== undefined
    toast({
      title: isUndo ? `${what} moved back` : `${what} moved to ${target.name}`,
      ...(isBackKnown
        ? {
            action: {
              label: 'Undo',
              isUndo: true,
              run() {
                putBack?.()
                if (ids.size > 0) changeListed(queries, here, (now) => [...now, ...folders].sort(byName))
                void move(queries, withoutList(load), { id: origin ?? undefined, name: '' }, { from: target })
              },
            },
          }
        : {}),
    })
  } catch (error) {
    putBack?.()
    if (ids.size > 0) changeListed(queries, here, (now) => [...now, ...folders].sort(byName))
    toast({ tone: 'danger', title: `${what} could not be moved`, detail: sentenceOf(error) })
  }
  await refreshFolders(queries, organizationId)
}

/** The list shows the files again already. */
const withoutList = ({ organizationId, files, folders }: Load): Load => ({ organizationId, files, folders })

export function nameOf({ files, folders, others }: Pick<Load, 'files' | 'folders' | 'others'>): string {
  if (others !== undefined) return others.name
  const [file] = files
  const [folder] = folders
  if (files.length === 1 && folders.length === 0 && file !== undefined) return file.name
  if (folders.length === 1 && files.length === 0 && folder !== undefined) return folder.name
  return [
    ...(folders.length > 0 ? [formatCount(folders.length, 'folder')] : []),
    ...(files.length > 0 ? [formatCount(files.length, 'file')] : []),
  ].join(' and ')
}
