import type { SharedFile, SharedLink } from '@trove/contract/shared'
import { useQueryClient } from '@tanstack/react-query'
import { Download } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import { formatBytes, formatCount } from '../lib/format.ts'
import { Button } from '../ui/Button.tsx'
import { toast } from '../ui/toast.ts'
import { lookWhatIsLeft } from './queries.ts'
import { saveFile, saveZip, type ZipStep } from './saving.ts'
import { tellRefusal } from './words.ts'

/** Everything as one ZIP; a single file as it is. The browser shows how far it is; what must be prepared first is told here. */
export function DownloadAll({ shared, only }: { shared: SharedLink; only?: SharedFile | undefined }) {
  const [step, setStep] = useState<ZipStep | 'asking' | undefined>(undefined)
  const running = useRef<AbortController>(undefined)
  const queries = useQueryClient()
  useEffect(() => () => running.current?.abort(), [])

  const run = async () => {
    running.current?.abort()
    const { signal } = (running.current = new AbortController())
    setStep('asking')
    try {
      if (only !== undefined) return await saveFile(shared.id, only.id, signal)
      const { withheld, sizeBytes } = await saveZip(shared.id, signal, setStep)
      toast({
        title: sizeBytes === undefined ? 'The download begins' : `The download begins: ${formatBytes(sizeBytes)}`,
        ...(withheld > 0 && {
          detail: `${formatCount(withheld, 'file')} cannot be given without hidden data such as places, and ${withheld === 1 ? 'is' : 'are'} not in it.`,
        }),
      })
    } catch (error) {
      if (!signal.aborted) tellRefusal('Not downloaded', error)
    } finally {
      setStep(undefined)
      lookWhatIsLeft(queries, shared.id)
    }
  }
  const isUsedUp = shared.downloadsLeft === 0
  const isPreparing = typeof step === 'object' && step.pending > 0
  return (
    <div className="flex flex-col items-end gap-1.5 max-sm:w-full max-sm:items-stretch">
      <Button
        tone="primary"
        size="large"
        icon={<Download aria-hidden className="size-4" />}
        isBusy={step !== undefined}
        disabled={isUsedUp}
        onClick={() => void run()}
      >
        {isPreparing
          ? `Preparing ${step.files - step.pending} of ${step.files}`
          : only === undefined
            ? 'Download all'
            : 'Download'}
      </Button>
      {isPreparing && (
        <p role="status" className="text-xs text-ink-faint">
          Hidden data such as places is being taken out. The download begins by itself.
        </p>
      )}
      {isUsedUp && (
        <p className="max-w-72 text-right text-xs text-ink-soft max-sm:text-left">
          Every download that this link allows has been made. Ask whoever sent it for a new one.
        </p>
      )}
    </div>
  )
}
