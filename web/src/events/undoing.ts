import type { QueryClient } from '@tanstack/react-query'
import { sentenceOf } from '../lib/api.ts'
import { toast } from '../ui/toast.ts'
import { refreshEvents } from './queries.ts'

/** What a toast offers to take a deed back: told when that is done, and when it fails. */
export function undoing(queries: QueryClient, organizationId: string, undo: () => Promise<unknown>, said: string) {
  const run = async () => {
    try {
      await undo()
      toast({ title: said })
    } catch (error) {
      toast({ tone: 'danger', title: 'This could not be undone', detail: sentenceOf(error) })
    }
    await refreshEvents(queries, organizationId)
  }
  return { action: { label: 'Undo', isUndo: true, run: () => void run() } }
}
