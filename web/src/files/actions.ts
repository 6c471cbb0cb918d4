import { renameFile, restoreFiles, trashFiles, type Batch, type File } from '@trove/contract/files'
import { call, sentenceOf } from '../lib/api.ts'
import { formatCount } from '../lib/format.ts'
import { saveOriginal } from '../lib/saving.ts'
import { toast } from '../ui/toast.ts'
import { countChosen, selectionsOf, type Chosen } from './chosen.ts'
import { fileFilterOf } from './filter.ts'
import type { Listing } from './listing/listing.ts'
import { listedFile, openListings } from './listing/listings.ts'

/** More are a job for an archive, not for a browser asked again and again. */
export const DOWNLOAD_AT_MOST = 40
const DOWNLOAD_APART_MS = 350

/** Moves what is chosen to the trash: gone from the list at once, and back with Undo or when it is refused. */
export async function moveToTrash(listing: Listing, chosen: Chosen): Promise<void> {
  const { organizationId } = listing.filter
  const removed = takeOut(listing, chosen)
  const told = nameOf(removed, countChosen(chosen, listing.view.get().count + removed.length))
  try {
    const batches: Batch[] = []
    for (const selection of selectionsOf(chosen, fileFilterOf(listing.filter))) {
      batches.push(await call(trashFiles, { params: { organizationId }, body: selection }))
    }
    const count = batches.reduce((sum, batch) => sum + batch.count, 0)
    if (chosen.kind === 'all' || count !== removed.length) listing.reload()
    toast({
      title: count === 1 ? `${told} moved to the trash` : `${formatCount(count, 'file')} moved to the trash`,
      ...(count === 0 ? { detail: 'None of them may be changed by you.' } : toldUsed(batches)),
      ...(count === 0
        ? {}
        : {
            action: {
              label: 'Undo',
              isUndo: true,
              run: () =>
                void undoTrash(
                  listing,
                  batches.map((one) => one.batchId),
                  removed,
                ),
            },
          }),
    })
  } catch (error) {
    putBack(listing, chosen, removed)
    toast({ tone: 'danger', title: `${told} could not be moved to the trash`, detail: sentenceOf(error) })
  }
}

/** What is shown in an event stays there, without its picture, until it is back or gone. */
function toldUsed(batches: readonly Batch[]): { detail?: string } {
  const used = batches.reduce((sum, { usedCount = 0 }) => sum + usedCount, 0)
  if (used === 0) return {}
  return { detail: used === 1 ? 'One of them is shown in an event.' : `${used} of them are shown in events.` }
}

async function undoTrash(listing: Listing, batchIds: readonly string[], removed: readonly File[]): Promise<void> {
  const { organizationId } = listing.filter
  if (removed.length > 0) listing.putBack(removed)
  try {
    let count = 0
    for (const batchId of batchIds)
      count += (await call(restoreFiles, { params: { organizationId }, body: { batchId } })).count
    if (count !== removed.length) listing.reload()
    toast({ title: count === 1 ? 'Back from the trash' : `${formatCount(count, 'file')} back from the trash` })
  } catch (error) {
    listing.reload()
    toast({ tone: 'danger', title: 'This could not be undone', detail: sentenceOf(error) })
  }
}

/** Takes what is chosen back from the trash. */
export async function restoreChosen(listing: Listing, chosen: Chosen): Promise<void> {
  const { organizationId } = listing.filter
  const removed = takeOut(listing, chosen)
  try {
    let count = 0
    for (const selection of selectionsOf(chosen, fileFilterOf(listing.filter))) {
      count += (await call(restoreFiles, { params: { organizationId }, body: selection })).count
    }
    if (chosen.kind === 'all' || count !== removed.length) listing.reload()
    toast({
      title:
        count === 1
          ? `${nameOf(removed, 1)} is back in the library`
          : `${formatCount(count, 'file')} back in the library`,
    })
  } catch (error) {
    putBack(listing, chosen, removed)
    toast({ tone: 'danger', title: 'Not restored', detail: sentenceOf(error) })
  }
}

/** Renames at once; a refusal gives the old name back and says why. */
export async function rename(
  file: Pick<File, 'id' | 'name' | 'organizationId'>,
  name: string,
  { isUndo = false } = {},
): Promise<void> {
  if (name === file.name) return
  const show = (shown: string) => {
    for (const listing of openListings(file.organizationId)) listing.change(file.id, { name: shown })
  }
  show(name)
  try {
    const renamed = await call(renameFile, { params: { fileId: file.id }, body: { name } })
    for (const listing of openListings(file.organizationId)) listing.patch(renamed)
    const back = { label: 'Undo', isUndo: true, run: () => void rename({ ...file, name }, file.name, { isUndo: true }) }
    toast({ title: isUndo ? `Named ${name} again` : `Renamed to ${name}`, ...(isUndo ? {} : { action: back }) })
  } catch (error) {
    show(file.name)
    toast({ tone: 'danger', title: `${file.name} keeps its name`, detail: sentenceOf(error) })
  }
}

/** Saves originals, each by its own link: browsers drop downloads that begin in the same instant. */
export async function download(fileIds: readonly string[]): Promise<void> {
  for (const [i, fileId] of fileIds.slice(0, DOWNLOAD_AT_MOST).entries()) {
    if (i > 0) await new Promise((resolve) => setTimeout(resolve, DOWNLOAD_APART_MS))
    const { name, tier } = listedFile(fileId) ?? { name: 'The file', tier: undefined }
    // What must come back from cold storage first does not keep the others waiting.
    void saveOriginal({ id: fileId, name, ...(tier && { tier }) })
  }
}

function takeOut(listing: Listing, chosen: Chosen): File[] {
  return chosen.kind === 'some' ? listing.remove(chosen.ids) : []
}

function putBack(listing: Listing, chosen: Chosen, removed: readonly File[]): void {
  if (chosen.kind === 'some') listing.putBack(removed)
  else listing.reload()
}

const nameOf = (files: readonly File[], count: number) =>
  count === 1 && files[0] !== undefined ? files[0].name : formatCount(count, 'file')
