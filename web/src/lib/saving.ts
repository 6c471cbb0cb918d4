import { recallFile, type File } from '@trove/contract/files'
import type { MouseEvent } from 'react'
import { call } from './api.ts'
import { downloadUrl } from './file-urls.ts'
import { askAgainMs, coldSentence } from './keeping.ts'
import { sentenceOf } from './problem.ts'
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
  const link = document.createElement('a')
  link.href = downloadUrl(file.id)
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
