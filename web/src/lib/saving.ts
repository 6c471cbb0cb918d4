import { bareMediaTypes, getBareCopy, prepareBareCopy } from '@trove/contract/bare-copies'
import { recallFile, type File } from '@trove/contract/files'
import type { MouseEvent } from 'react'
import { call } from './api.ts'
import { downloadUrl } from './file-urls.ts'
import { askAgainMs, coldSentence } from './keeping.ts'
import { apiUrl } from './place.ts'
import { isProblem, sentenceOf } from './problem.ts'
import { pathOf } from './request.ts'
import { isFetchable } from './scan.ts'
import { toast } from '../ui/toast.ts'

type Saved = Pick<File, 'id' | 'name' | 'tier'>

/** Saves the original; one that is in cold storage when it is back, by itself. */
export async function saveOriginal(file: Saved): Promise<void> {
  try {
    await untilFetched(file, (secondsLeft) =>
      toast({
        title: `${file.name} is not here yet`,
        detail: `${coldSentence(secondsLeft)} It is saved then by itself.`,
      }),
    )
  } catch (error) {
    toast({ tone: 'danger', title: `${file.name} was not downloaded`, detail: sentenceOf(error) })
    return
  }
  follow(downloadUrl(file.id))
}

const ASK_AGAIN_MS = 3_000
/** A long film takes a while; after so many times somebody has gone on. */
const ASKED_AT_MOST = 100

/** Whether there can be a copy of it without metadata. */
export const mayBeBare = (file: File): boolean =>
  bareMediaTypes.has(file.mediaType) && isFetchable(file) && file.trashedAt === undefined

/** Saves the copy without metadata, when it has been made; or says why there can be none. */
export async function saveBare({ id: fileId, name }: Pick<File, 'id' | 'name'>): Promise<void> {
  try {
    await untilMade(
      () => call(prepareBareCopy, { params: { fileId } }),
      () =>
        toast({
          title: `A copy of ${name} is being made`,
          detail: 'Without place, camera and people. It is saved then by itself.',
        }),
    )
  } catch (error) {
    toast({ tone: 'danger', title: `${name} was not downloaded`, detail: sentenceOf(error) })
    return
  }
  follow(apiUrl(pathOf(getBareCopy, { params: { fileId } })))
}

/** Asks again while copies without metadata are being made. `onWait` hears once what there is to say. */
export async function untilMade<T>(ask: () => Promise<T>, onWait: (words: string) => void): Promise<T> {
  for (let asked = 1; ; asked++) {
    try {
      return await ask()
    } catch (error) {
      const isLate = isProblem(error, 'not-ready') || isProblem(error, 'being-fetched')
      if (!isLate || asked >= ASKED_AT_MOST) throw error
      if (asked === 1) onWait(sentenceOf(error))
      await new Promise((resolve) => setTimeout(resolve, ASK_AGAIN_MS))
    }
  }
}

function follow(href: string): void {
  const link = document.createElement('a')
  link.href = href
  link.download = ''
  document.body.append(link)
  link.click()
  link.remove()
}

/** For a link to the original: what can be had at once is the browser's to fetch. */
export function saveWhenBack(event: MouseEvent, file: Saved): void {
  if (file.tier !== 'cold') return
  event.preventDefault()
  void saveOriginal(file)
}

/** Resolves when the original can be had. `onWait` hears once that it takes a while. */
async function untilFetched(file: Pick<File, 'id' | 'tier'>, onWait: (secondsLeft: number) => void): Promise<void> {
  if (file.tier !== 'cold') return
  for (let isFirst = true; ; isFirst = false) {
    const { state, secondsLeft } = await call(recallFile, { params: { fileId: file.id } })
    if (state === 'ready') return
    if (isFirst) onWait(secondsLeft)
    await new Promise((resolve) => setTimeout(resolve, askAgainMs(secondsLeft)))
  }
}
