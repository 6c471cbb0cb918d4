import type { TimelineEvent } from '@trove/contract/timeline-events'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { UserPlus } from 'lucide-react'
import { useState } from 'react'
import { Button } from '../ui/Button.tsx'
import { giveMissing, unsharedQuery } from './unshared.ts'
import { unsharedWords } from './unshared-words.ts'

/** As long as somebody who sees the event cannot see all of it, and the person may change that. */
export function UnsharedLine({ event }: { event: TimelineEvent }) {
  const queries = useQueryClient()
  const [isBusy, setBusy] = useState(false)
  const mayShare = event.rights.includes('share') && event.trashedAt === undefined
  const { data } = useQuery({ ...unsharedQuery(event.id), enabled: mayShare })
  if (!mayShare || data === undefined || data.pictures === 0) return null
  const give = async () => {
    setBusy(true)
    await giveMissing(queries, event)
    setBusy(false)
  }
  return (
    <div className="flex flex-wrap items-center gap-3 rounded-md bg-active px-3 py-2 text-sm">
      <p className="min-w-0 flex-1 basis-64 break-words">{unsharedWords(data)}</p>
      <Button size="small" icon={<UserPlus className="size-4" />} isBusy={isBusy} onClick={() => void give()}>
        Share with them
      </Button>
    </div>
  )
}
