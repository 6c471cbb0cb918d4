import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { ArrowLeftRight, Columns2, FileX, Link2, Link2Off, Scaling, SquareSplitHorizontal, X } from 'lucide-react'
import { Dialog } from 'radix-ui'
import { isProblem } from '../../lib/api.ts'
import { useShortcuts, type Shortcut } from '../../lib/keys.ts'
import { useIsPhone } from '../../lib/screen.ts'
import { Button } from '../../ui/Button.tsx'
import { EmptyState } from '../../ui/EmptyState.tsx'
import { IconButton } from '../../ui/IconButton.tsx'
import { OverPage } from '../../ui/OverPage.tsx'
import { Problem } from '../../ui/Problem.tsx'
import { Spinner } from '../../ui/Spinner.tsx'
import { fileQuery } from '../queries.ts'
import { comparingText, parseComparing, type Comparing } from './comparing.ts'
import { Compared } from './Compared.tsx'
import { neighbours } from './neighbours.ts'

type CompareProps = {
  /** From the address; see `parseComparing`. */
  written: string
  onChange: (written: string) => void
  onClose: () => void
  /** In their order: each of the two can be exchanged for the one before or after it. */
  among?: readonly string[]
}

/** Two pictures over the whole page, to be told apart. */
export function Compare({ written, onChange, onClose, among }: CompareProps) {
  const how = parseComparing(written)
  return (
    <OverPage onClose={onClose}>
      {how === undefined ? (
        <>
          <Dialog.Title className="sr-only">Compare</Dialog.Title>
          <Missing onClose={onClose} />
        </>
      ) : (
        <Opened how={how} among={among} onChange={(next) => onChange(comparingText(next))} onClose={onClose} />
      )}
    </OverPage>
  )
}

type OpenedProps = {
  how: Comparing
  among: readonly string[] | undefined
  onChange: (how: Comparing) => void
  onClose: () => void
}

function Opened({ how, among, onChange, onClose }: OpenedProps) {
  // The one before stands until the next has come: what is looked at closely stays where it is.
  const kept = { placeholderData: keepPreviousData }
  const first = useQuery({ ...fileQuery(how.ids[0]), ...kept })
  const second = useQuery({ ...fileQuery(how.ids[1]), ...kept })
  const isPhone = useIsPhone()
  const deeds = deedsOf(how, onChange)
  const error = first.error ?? second.error
  const isWipe = how.mode === 'wipe'
  return (
    <>
      <Keys shortcuts={[{ keys: 'Escape', label: 'Close', group: 'Two pictures', run: onClose }, ...deeds.shortcuts]} />
      <header className="flex h-12 shrink-0 items-center gap-1 px-2 pt-[env(safe-area-inset-top)] sm:px-3">
        <IconButton label="Close" keys="Escape" icon={<X />} onClick={onClose} />
        <Dialog.Title className="ml-1 min-w-0 flex-1 truncate text-base font-medium">Compare</Dialog.Title>
        <IconButton label="Swap" keys="x" icon={<ArrowLeftRight />} onClick={deeds.swap} />
        <IconButton
          label="At the same scale"
          keys="m"
          icon={<Scaling />}
          isOn={how.sizes === 'same'}
          onClick={deeds.scale}
        />
        {!isWipe && (
          <IconButton
            label={how.isLinked ? 'Look at each alone' : 'Look at both alike'}
            keys="l"
            icon={how.isLinked ? <Link2 /> : <Link2Off />}
            isOn={how.isLinked}
            onClick={deeds.link}
          />
        )}
        <IconButton
          label={isWipe ? (isPhone ? 'One above the other' : 'Side by side') : 'One over the other'}
          keys="w"
          icon={isWipe ? <Columns2 /> : <SquareSplitHorizontal />}
          onClick={deeds.wipe}
        />
      </header>
      <div className="relative min-h-0 flex-1">
        {error !== null ? (
          isProblem(error, 'not-found') ? (
            <Missing onClose={onClose} />
          ) : (
            <Problem error={error} onRetry={() => void Promise.all([first.refetch(), second.refetch()])} />
          )
        ) : first.data === undefined || second.data === undefined ? (
          <div className="flex h-full items-center justify-center" role="status" aria-label="Loading">
            <Spinner />
          </div>
        ) : (
          <Compared
            key={how.mode}
            files={[first.data, second.data]}
            how={how}
            steps={stepsOf(how, among, (ids) => onChange({ ...how, ids }))}
          />
        )}
      </div>
    </>
  )
}

/** Stands before the pictures, so that their keys come before these. */
function Keys({ shortcuts }: { shortcuts: Shortcut[] }) {
  useShortcuts(shortcuts, { isModal: true })
  return null
}

/** Of each of the two: how it is exchanged for the one before or after it; undefined where there is none. */
function stepsOf(how: Comparing, among: readonly string[] | undefined, onIds: (ids: Comparing['ids']) => void) {
  if (among === undefined || among.length <= 2) return undefined
  const stepTo = (side: 0 | 1, id: string | undefined) =>
    id === undefined ? undefined : () => onIds(side === 0 ? [id, how.ids[1]] : [how.ids[0], id])
  const ofSide = (side: 0 | 1) => {
    const { before, after } = neighbours(among, how.ids[side], how.ids[side === 0 ? 1 : 0])
    return { before: stepTo(side, before), after: stepTo(side, after) }
  }
  return [ofSide(0), ofSide(1)] as const
}

function deedsOf(how: Comparing, onChange: (how: Comparing) => void) {
  const swap = () => onChange({ ...how, ids: [how.ids[1], how.ids[0]] })
  const scale = () => onChange({ ...how, sizes: how.sizes === 'same' ? 'each' : 'same' })
  const link = () => onChange({ ...how, isLinked: !how.isLinked })
  const wipe = () => onChange({ ...how, mode: how.mode === 'wipe' ? 'side' : 'wipe' })
  const group = 'Two pictures'
  const shortcuts: Shortcut[] = [
    { keys: 'x', label: 'Swap', group, run: swap },
    { keys: 'm', label: 'At the same scale', group, run: scale },
    { keys: 'l', label: 'Look at each alone', group, run: link },
    { keys: 'w', label: 'One over the other', group, run: wipe },
  ]
  return { swap, scale, link, wipe, shortcuts }
}

function Missing({ onClose }: { onClose: () => void }) {
  return (
    <EmptyState
      picture={<FileX className="size-8 text-ink-faint" strokeWidth={1.25} />}
      title="These pictures are not here"
      action={<Button onClick={onClose}>Back</Button>}
    >
      One of them was deleted, or it is not yours to see.
    </EmptyState>
  )
}
