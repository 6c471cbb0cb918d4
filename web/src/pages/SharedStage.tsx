import type { SharedFile, SharedLink } from '@trove/contract/shared'
import { useEffect, useState, type ReactNode } from 'react'
import { formatCount } from '../lib/format.ts'
import { sentenceOf } from '../lib/problem.ts'
import { waitForContent } from '../shared/index.ts'
import { Button } from '../ui/Button.tsx'
import { Spinner } from '../ui/Spinner.tsx'
import { Stage, stageOf } from '../viewer/index.ts'
import { asFile, asPicture } from './shared-file.ts'

type SharedStageProps = {
  shared: SharedLink
  file: SharedFile
  onPrevious: () => void
  onNext: () => void
  onClose: () => void
}

/**
 * Shows a file of a link. Pictures made of it are always there; a film, a recording or a document is its original, so
 * it is shown where that may leave, and not before somebody agrees where that uses up a download.
 */
export function SharedStage({ shared, file, ...turning }: SharedStageProps) {
  const [isAgreed, setAgreed] = useState(false)
  const { downloadsLeft } = shared
  const stage = stageOf(asFile(file))
  const needsOriginal = stage === 'video' || stage === 'audio' || stage === 'pdf' || stage === 'text'
  const isCounted = downloadsLeft !== undefined

  if (!needsOriginal)
    return <Stage {...turning} file={file.mayDownload && !isCounted ? asFile(file) : asPicture(file)} />
  if (file.mayDownload && (!isCounted || isAgreed))
    return (
      <Prepared linkId={shared.id} fileId={file.id}>
        <Stage {...turning} file={asFile(file)} />
      </Prepared>
    )
  const verb = stage === 'video' || stage === 'audio' ? 'played' : 'opened'
  return (
    <div className="absolute inset-0 flex flex-col">
      <div className="relative min-h-0 flex-1">
        <Stage {...turning} file={asPicture(file)} />
      </div>
      <div className="flex shrink-0 flex-wrap items-center justify-center gap-x-4 gap-y-2 px-4 pt-3 pb-[calc(16px+env(safe-area-inset-bottom))] text-center">
        <p role="status" className="text-sm text-balance text-ink-soft">
          {reasonOf(file, downloadsLeft, verb)}
        </p>
        {file.mayDownload && downloadsLeft !== 0 && (
          <Button onClick={() => setAgreed(true)}>{verb === 'played' ? 'Play it' : 'Open it'}</Button>
        )}
      </div>
    </div>
  )
}

function reasonOf({ mayDownload, withheld }: SharedFile, downloadsLeft: number | undefined, verb: string): string {
  if (!mayDownload) return withheld ?? `Whoever made this link lets it be looked at, so it cannot be ${verb} here.`
  if (downloadsLeft === 0) return `It cannot be ${verb} any more: every download that this link allows has been made.`
  return `When it is ${verb} to its end, that is one download; ${formatCount(downloadsLeft ?? 0, 'download')} left.`
}

/** A copy without hidden data may have to be made first. */
function Prepared({ linkId, fileId, children }: { linkId: string; fileId: string; children: ReactNode }) {
  const [state, setState] = useState<'asking' | 'ready' | { error: unknown }>('asking')
  useEffect(() => {
    const stop = new AbortController()
    waitForContent(linkId, fileId, stop.signal).then(
      () => setState('ready'),
      (error: unknown) => !stop.signal.aborted && setState({ error }),
    )
    return () => stop.abort()
  }, [linkId, fileId])

  if (state === 'ready') return children
  return (
    <div className="absolute inset-0 flex flex-col items-center justify-center gap-3 p-6 text-center text-sm text-ink-soft">
      {state === 'asking' ? (
        <>
          <Spinner />
          <p role="status">It is being made ready.</p>
        </>
      ) : (
        <p role="alert">{sentenceOf(state.error)}</p>
      )}
    </div>
  )
}
