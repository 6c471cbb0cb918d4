import { changeFiles, undoFileChange, type Changed, type FileChange } from '@trove/contract/file-changes'
import type { File, Selection } from '@trove/contract/files'
import type { QueryClient } from '@tanstack/react-query'
import { call, sentenceOf } from '../../lib/api.ts'
import { formatCount } from '../../lib/format.ts'
import { toast } from '../../ui/toast.ts'
import { openListings } from '../listing/listings.ts'
import { passedOverWords } from './words.ts'

/** What is changed: by id, or all that match. */
export type Subject = { organizationId: string; selections: readonly Selection[] }

/** How it looks before the server has answered, and what is said of it after. */
export type Shown = {
  /** Of each file that is here; undefined where it would stay as it is. */
  now?: (file: File) => Partial<File> | undefined
  /** `12 files tagged` */
  done: (files: string) => string
}

/** Changes files at once, tells of those that were passed over, and offers to undo just that. */
export async function change(queries: QueryClient, subject: Subject, change_: FileChange, shown: Shown): Promise<void> {
  const { organizationId, selections } = subject
  const before = showNow(subject, shown)
  try {
    const answers: Changed[] = []
    for (const selection of selections)
      answers.push(await call(changeFiles, { params: { organizationId }, body: { selection, change: change_ } }))
    const count = answers.reduce((sum, one) => sum + one.count, 0)
    const passed = passedOverWords(answers.flatMap((one) => one.passedOver))
    const changeIds = answers.flatMap(({ changeId }) => changeId ?? [])
    if (count === 0) showAgain(organizationId, before)
    refresh(queries, subject)
    const back = () => void undo(queries, subject, { changeIds, before })
    toast({
      title: count === 0 ? 'Nothing was changed' : shown.done(formatCount(count, 'file')),
      ...(passed !== undefined && { detail: passed }),
      ...(count > 0 && { action: { label: 'Undo', isUndo: true, run: back } }),
    })
  } catch (error) {
    showAgain(organizationId, before)
    refresh(queries, subject)
    toast({ tone: 'danger', title: 'Nothing was changed', detail: sentenceOf(error) })
  }
}

type Undone = { changeIds: readonly string[]; before: readonly File[] }

async function undo(queries: QueryClient, subject: Subject, { changeIds, before }: Undone): Promise<void> {
  const { organizationId } = subject
  showAgain(organizationId, before)
  try {
    let count = 0
    const passedOver: Changed['passedOver'] = []
    for (const changeId of changeIds) {
      const undone = await call(undoFileChange, { params: { organizationId, changeId } })
      count += undone.count
      passedOver.push(...undone.passedOver)
    }
    const passed = passedOverWords(passedOver)
    const title = `${formatCount(count, 'file')} as before`
    toast({ title, ...(passed !== undefined && { detail: passed }) })
  } catch (error) {
    toast({ tone: 'danger', title: 'This could not be undone', detail: sentenceOf(error) })
  }
  refresh(queries, subject)
}

/** @returns what the files were that are here */
function showNow({ organizationId, selections }: Subject, { now }: Shown): File[] {
  const before = new Map<string, File>()
  for (const listing of openListings(organizationId)) {
    for (const fileId of selections.flatMap((selection) => ('fileIds' in selection ? selection.fileIds : []))) {
      const file = listing.fileAt(listing.indexOf(fileId) ?? -1)
      const changed = file === undefined ? undefined : now?.(file)
      if (file === undefined || changed === undefined) continue
      before.set(file.id, file)
      listing.change(file.id, changed)
    }
  }
  return [...before.values()]
}

function showAgain(organizationId: string, before: readonly File[]): void {
  for (const listing of openListings(organizationId)) for (const file of before) listing.patch(file)
}

/** Of those that are named the news come one by one; of everything that matches, all is asked for again. */
function refresh(queries: QueryClient, { organizationId, selections }: Subject): void {
  const ids = selections.flatMap((selection) => ('fileIds' in selection ? selection.fileIds : []))
  for (const fileId of ids) void queries.invalidateQueries({ queryKey: ['file', fileId] })
  if (selections.some((selection) => !('fileIds' in selection))) {
    for (const listing of openListings(organizationId)) listing.reload()
    void queries.invalidateQueries({ queryKey: ['file'] })
  }
  void queries.invalidateQueries({ queryKey: ['tags', organizationId] })
}
