import {
  Check,
  ChevronDown,
  ChevronUp,
  Images,
  Maximize2,
  Pause,
  Play,
  RotateCw,
  TriangleAlert,
  Upload,
  X,
} from 'lucide-react'
import { typeOfExtension } from '@trove/contract/media-types'
import { useEffect, useState, type ReactNode } from 'react'
import { cx } from '../lib/cx.ts'
import { formatCount } from '../lib/format.ts'
import { Button } from '../ui/Button.tsx'
import { Dialog } from '../ui/Dialog.tsx'
import { IconButton } from '../ui/IconButton.tsx'
import { Progress } from '../ui/Progress.tsx'
import { Sheet } from '../ui/Sheet.tsx'
import type { Snapshot } from './shelf.ts'
import { TransferList } from './TransferList.tsx'
import { useUploads } from './UploadProvider.tsx'
import { figures, headline, isInterrupted, isMoving, isOver } from './words.ts'

/** Leads to the session, or to all of them when there are several. */
export type Open = (uploadSessionId: string | undefined) => void

/** Makes an event of what has been uploaded. */
export type OnEvent = (fileIds: readonly string[]) => void
type TrayProps = { snapshot: Snapshot; onOpen: Open; onEvent: OnEvent }

/** In the corner of a wide screen. */
export function Panel({ snapshot, onOpen, onEvent }: TrayProps) {
  const [isOpen, setOpen] = useState(true)
  const { tally } = snapshot
  return (
    <section
      aria-label="Uploads"
      data-uploads
      className="fixed right-[calc(16px+var(--side-panel,0px))] bottom-4 z-40 flex max-h-[min(60dvh,480px)] w-[380px] max-w-[calc(100vw-32px-var(--side-panel,0px))] animate-rise flex-col overflow-hidden rounded-lg bg-surface shadow-high"
    >
      <header className="flex min-h-11 items-center gap-2 py-1.5 pr-1.5 pl-3">
        <Standing snapshot={snapshot} />
        <Summary snapshot={snapshot} />
        <BatchActions snapshot={snapshot} />
        <OpenAll snapshot={snapshot} onOpen={onOpen} />
        {tally.count > 0 && (
          <IconButton
            label={isOpen ? 'Fold the list' : 'Unfold the list'}
            icon={isOpen ? <ChevronDown /> : <ChevronUp />}
            size="small"
            side="top"
            aria-expanded={isOpen}
            onClick={() => setOpen(!isOpen)}
          />
        )}
        <Close snapshot={snapshot} />
      </header>
      <Whole snapshot={snapshot} />
      <Notes snapshot={snapshot} />
      <MakeEvent snapshot={snapshot} onEvent={onEvent} />
      {isOpen && tally.count > 0 && (
        <TransferList
          transfers={snapshot.transfers}
          className="min-h-0 flex-1 overflow-y-auto border-t border-line py-1 focus-visible:outline-offset-[-2px]"
        />
      )}
    </section>
  )
}

/** On a phone. */
export function Pill({ snapshot, onOpen, onEvent }: TrayProps) {
  const [isOpen, setOpen] = useState(false)
  const { tally } = snapshot
  useEffect(() => {
    if (tally.count === 0) setOpen(false)
  }, [tally.count])
  return (
    <>
      <div className="pointer-events-none fixed inset-x-3 bottom-[calc(12px+var(--bottom-bar,0px)+env(safe-area-inset-bottom))] z-40 flex justify-center">
        <div className="pointer-events-auto flex max-w-full animate-rise items-center overflow-hidden rounded-full bg-surface shadow-high">
          <button
            type="button"
            className="relative flex min-h-11 min-w-0 items-center gap-2.5 pr-4 pl-3.5 text-left"
            onClick={() => setOpen(true)}
          >
            <Standing snapshot={snapshot} />
            <Summary snapshot={snapshot} isShort />
            {isMoving(tally) && (
              <span aria-hidden className="absolute inset-x-0 bottom-0">
                <Whole snapshot={snapshot} />
              </span>
            )}
          </button>
          {isOver(tally) && (
            <span className="-ml-2 pr-1">
              <Close snapshot={snapshot} />
            </span>
          )}
        </div>
      </div>
      <Sheet title="Uploads" isOpen={isOpen} onClose={() => setOpen(false)}>
        <div data-uploads className="flex items-center gap-2 px-4 pb-2">
          <Summary snapshot={snapshot} />
          <BatchActions snapshot={snapshot} />
          <OpenAll
            snapshot={snapshot}
            onOpen={(uploadSessionId) => {
              setOpen(false)
              onOpen(uploadSessionId)
            }}
          />
          <Close snapshot={snapshot} />
        </div>
        <Whole snapshot={snapshot} />
        <Notes snapshot={snapshot} />
        <MakeEvent
          snapshot={snapshot}
          onEvent={(fileIds) => {
            setOpen(false)
            onEvent(fileIds)
          }}
        />
        <TransferList transfers={snapshot.transfers} className="h-[56dvh] overflow-y-auto border-t border-line py-1" />
      </Sheet>
    </>
  )
}

/** Going, done, or in want of somebody: told by a shape, not by colour alone. */
function Standing({ snapshot: { tally } }: { snapshot: Snapshot }) {
  const isWanting = tally.failed + tally.needsFile > 0 && tally.sending + tally.waiting === 0
  const isDone = isOver(tally) && !isWanting
  const Icon = isWanting ? TriangleAlert : isDone ? Check : Upload
  return (
    <span
      className={cx(
        'flex size-6 shrink-0 items-center justify-center rounded-full',
        isWanting ? 'text-warning' : isDone ? 'bg-success-soft text-success' : 'text-accent',
      )}
    >
      <Icon aria-hidden className="size-4" />
    </span>
  )
}

function Summary({ snapshot, isShort = false }: { snapshot: Snapshot; isShort?: boolean }) {
  const told = figures(snapshot)
  const words = snapshot.tally.count === 0 ? 'Uploads' : headline(snapshot)
  if (isShort) {
    // What fits into a pill: how many, how far, how long.
    const [share, ...rest] = told
    const short = [share, rest.at(-1)].filter((word) => word !== undefined)
    return <p className="tabular min-w-0 truncate text-sm font-semibold">{[words, ...short].join(' · ')}</p>
  }
  return (
    <div className="tabular min-w-0 flex-1 text-sm">
      <p className="truncate font-semibold">{words}</p>
      {told.length > 0 && <p className="truncate text-xs text-ink-soft">{told.join(' · ')}</p>}
    </div>
  )
}

function Whole({ snapshot: { tally, share, isOnline } }: { snapshot: Snapshot }) {
  if (!isMoving(tally)) return null
  const tone = !isOnline || isInterrupted(tally) ? 'warning' : tally.sending > 0 ? 'accent' : 'idle'
  return <Progress label="All uploads" share={Math.min(share, 0.99)} tone={tone} className="h-0.5! rounded-none" />
}

function BatchActions({ snapshot: { tally } }: { snapshot: Snapshot }) {
  const { engine } = useUploads()
  const [isAsking, setAsking] = useState(false)
  const onItsWay = tally.sending + tally.waiting + tally.paused + tally.needsFile
  return (
    <div className="flex shrink-0">
      {tally.sending + tally.waiting + tally.elsewhere > 0 && (
        <IconButton label="Pause all" icon={<Pause />} size="small" side="top" onClick={() => engine.pause()} />
      )}
      {tally.paused > 0 && (
        <IconButton label="Resume all" icon={<Play />} size="small" side="top" onClick={() => engine.resume()} />
      )}
      {tally.retriable > 0 && (
        <IconButton label="Try all again" icon={<RotateCw />} size="small" side="top" onClick={() => engine.retry()} />
      )}
      {onItsWay > 0 && (
        <IconButton label="Cancel all" icon={<X />} size="small" side="top" onClick={() => setAsking(true)} />
      )}
      <Dialog
        title={onItsWay === 1 ? 'Cancel this upload?' : `Cancel ${formatCount(onItsWay, 'upload')}?`}
        description="What has been uploaded completely stays. What is on its way is dropped."
        isOpen={isAsking && onItsWay > 0}
        onClose={() => setAsking(false)}
        actions={
          <>
            <Button onClick={() => setAsking(false)}>Keep uploading</Button>
            <Button
              tone="danger"
              onClick={() => {
                engine.cancel()
                setAsking(false)
              }}
            >
              Cancel {onItsWay === 1 ? 'it' : 'them'}
            </Button>
          </>
        }
      >
        {null}
      </Dialog>
    </div>
  )
}

/** As soon as some of it is there: what an event shows are images and videos. */
function MakeEvent({ snapshot: { transfers }, onEvent }: { snapshot: Snapshot; onEvent: OnEvent }) {
  const fileIds = transfers.flatMap(({ fileId }) => fileId ?? [])
  const isShowable = transfers.some(({ fileId, name }) => {
    const kind = typeOfExtension(name)?.kind
    return fileId !== undefined && (kind === 'image' || kind === 'video')
  })
  if (!isShowable) return null
  return (
    <div className="px-3 pb-2.5">
      <Button size="small" icon={<Images className="size-4" />} className="w-full" onClick={() => onEvent(fileIds)}>
        Make an event of these
      </Button>
    </div>
  )
}

function OpenAll({ snapshot: { batches }, onOpen }: { snapshot: Snapshot; onOpen: Open }) {
  const sessionIds = [...batches.values()].flatMap(({ uploadSessionId }) => uploadSessionId ?? [])
  if (sessionIds.length === 0) return null
  const open = () => onOpen(sessionIds.length === 1 ? sessionIds[0] : undefined)
  return <IconButton label="Open" icon={<Maximize2 />} size="small" side="top" onClick={open} />
}

function Close({ snapshot: { tally } }: { snapshot: Snapshot }) {
  const { engine } = useUploads()
  if (!isOver(tally)) return null
  const dismiss = () => {
    engine.dismiss()
    engine.hush()
  }
  return <IconButton label="Close the list" icon={<X />} size="small" side="top" onClick={dismiss} />
}

/** What was left out, and what a click would set going again. */
function Notes({ snapshot: { notices, tally, transfers } }: { snapshot: Snapshot }) {
  const { engine, pick } = useUploads()
  const allowable = transfers.filter(({ needs }) => needs === 'permission').length
  return (
    <>
      {notices.length > 0 && (
        <Note
          action={<IconButton label="Dismiss" icon={<X />} size="small" side="top" onClick={() => engine.hush()} />}
        >
          {notices.join(' · ')}
        </Note>
      )}
      {allowable > 1 && (
        <Note
          tone="warning"
          action={
            <Button size="small" onClick={() => void engine.allow()}>
              Go on
            </Button>
          }
        >
          {allowable} files have to be allowed again after the reload.
        </Note>
      )}
      {tally.needsFile - allowable > 1 && (
        <Note
          tone="warning"
          action={
            <Button size="small" onClick={() => pick()}>
              Choose
            </Button>
          }
        >
          Choose the files again: they go on where they stopped.
        </Note>
      )}
    </>
  )
}

function Note({
  tone = 'plain',
  action,
  children,
}: {
  tone?: 'plain' | 'warning'
  action: ReactNode
  children: ReactNode
}) {
  return (
    <div
      className={cx(
        'flex items-center gap-2 border-t border-line py-1.5 pr-1.5 pl-3 text-xs',
        tone === 'warning' ? 'bg-warning-soft text-warning' : 'text-ink-soft',
      )}
    >
      <p className="min-w-0 flex-1">{children}</p>
      {action}
    </div>
  )
}
