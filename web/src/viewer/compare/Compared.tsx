import type { FileDetails } from '@trove/contract/files'
import { useEffect, useRef, useState, type KeyboardEvent, type PointerEvent } from 'react'
import { cx } from '../../lib/cx.ts'
import { useShortcuts } from '../../lib/keys.ts'
import { useSize } from '../sharper.tsx'
import { useGestures } from '../useGestures.ts'
import { mostScale, type Size } from '../zoom.ts'
import { closer, fitBoth, moved, viewOf, WHOLE, type Bounds, type Look } from './linked.ts'
import type { Comparing } from './comparing.ts'
import { Label, type Steps } from './Label.tsx'
import { Pane } from './Pane.tsx'

const STEP = 1.6
const PAN_PIXELS = 60
const CLOSE_UP = 3
/** Of a picture whose size nobody knows. */
const SOME_SIZE: Size = { width: 3, height: 2 }

type Looks = readonly [Look, Look]
type Both = readonly [FileDetails, FileDetails]
type BothSteps = readonly [Steps, Steps]

/** Two pictures, beside each other or one over the other, looked at alike. */
export function Compared({ files, how, steps }: { files: Both; how: Comparing; steps?: BothSteps | undefined }) {
  const [looks, setLooks] = useState<Looks>([WHOLE, WHOLE])
  const [frames, setFrames] = useState<readonly [Size | undefined, Size | undefined]>([undefined, undefined])
  const active = useRef<0 | 1>(0)
  const isWipe = how.mode === 'wipe'
  const isLinked = isWipe || how.isLinked
  const seen: readonly [Size | undefined, Size | undefined] = isWipe ? [frames[0], frames[0]] : frames
  const bounds = boundsOf(files, seen, how.sizes)

  const look = (i: 0 | 1, next: (look: Look, bounds: Bounds) => Look) => {
    active.current = i
    if (bounds === undefined) return
    setLooks((now) => {
      const made = next(now[i], bounds[i])
      return isLinked ? [made, made] : i === 0 ? [made, now[1]] : [now[0], made]
    })
  }
  // What was looked at alone is looked at alike again from where the last of the two was.
  useEffect(() => {
    if (isLinked) setLooks((now) => [now[active.current], now[active.current]])
  }, [isLinked])
  useLookKeys((next) => look(active.current, next))

  const frameAt = (i: 0 | 1, size: Size) => setFrames((now) => (i === 0 ? [size, now[1]] : [now[0], size]))
  if (isWipe)
    return (
      <Frame
        label="Both pictures, one over the other"
        onSize={(size) => frameAt(0, size)}
        look={looks[0]}
        onLook={(next) => look(0, next)}
        bounds={bounds?.[0]}
      >
        {bounds !== undefined && <Wiped files={files} looks={looks} bounds={bounds} steps={steps} />}
      </Frame>
    )
  return (
    <div className="flex h-full max-sm:flex-col">
      {([0, 1] as const).map((i) => (
        <Frame
          key={i}
          label={`${i === 0 ? 'First' : 'Second'} picture: ${files[i].name}`}
          className={i === 1 ? 'border-line max-sm:border-t sm:border-l' : ''}
          onSize={(size) => frameAt(i, size)}
          look={looks[i]}
          onLook={(next) => look(i, next)}
          bounds={bounds?.[i]}
        >
          {bounds !== undefined && (
            <Pane key={files[i].id} file={files[i]} view={viewOf(looks[i], bounds[i])} fitted={bounds[i].fitted} />
          )}
          <Label file={files[i]} which={i === 0 ? 'First' : 'Second'} steps={steps?.[i]} />
        </Frame>
      ))}
    </div>
  )
}

function boundsOf(
  files: Both,
  [left, right]: readonly [Size | undefined, Size | undefined],
  sizes: Comparing['sizes'],
): readonly [Bounds, Bounds] | undefined {
  if (left === undefined || right === undefined) return undefined
  const pictures = [sizeOf(files[0]), sizeOf(files[1])] as const
  const [first, second] = fitBoth(pictures, [left, right], sizes)
  // Alike: neither comes closer than the other can.
  const most = Math.max(mostScale(pictures[0], first), mostScale(pictures[1], second))
  return [
    { fitted: first, frame: left, most },
    { fitted: second, frame: right, most },
  ]
}

const sizeOf = ({ widthPixels, heightPixels }: FileDetails): Size =>
  widthPixels === undefined || heightPixels === undefined ? SOME_SIZE : { width: widthPixels, height: heightPixels }

function useLookKeys(run: (next: (look: Look, bounds: Bounds) => Look) => void): void {
  const group = 'Two pictures'
  const zoom = (ratio: number) => () => run((look, bounds) => closer(look, ratio, { x: 0, y: 0 }, bounds))
  const pan = (x: number, y: number) => () => run((look, bounds) => moved(look, x, y, bounds))
  useShortcuts([
    { keys: '+', label: 'Closer', group, run: zoom(STEP) },
    { keys: '=', run: zoom(STEP) },
    { keys: '-', label: 'Further away', group, run: zoom(1 / STEP) },
    { keys: '0', label: 'Whole', group, run: () => run(() => WHOLE) },
    { keys: 'ArrowLeft', label: 'Move the picture', group, run: pan(PAN_PIXELS, 0) },
    { keys: 'ArrowRight', label: 'Move the picture', group, run: pan(-PAN_PIXELS, 0) },
    { keys: 'ArrowUp', label: 'Move the picture', group, run: pan(0, PAN_PIXELS) },
    { keys: 'ArrowDown', label: 'Move the picture', group, run: pan(0, -PAN_PIXELS) },
  ])
}

type FrameProps = {
  label: string
  className?: string
  onSize: (size: Size) => void
  look: Look
  onLook: (next: (look: Look, bounds: Bounds) => Look) => void
  bounds: Bounds | undefined
  children: React.ReactNode
}

function Frame({ label, className = '', onSize, look, onLook, bounds, children }: FrameProps) {
  const [element, setElement] = useState<HTMLElement | null>(null)
  const size = useSize(element)
  const tell = useRef(onSize)
  tell.current = onSize
  useEffect(() => {
    if (size !== undefined) tell.current(size)
  }, [size])
  const gestures = useGestures(element, {
    view: bounds === undefined ? { scale: 1, x: 0, y: 0 } : viewOf(look, bounds),
    zoomBy: (ratio, point) => onLook((now, within) => closer(now, ratio, point, within)),
    moveBy: (x, y) => onLook((now, within) => moved(now, x, y, within)),
    toggle: (point) => onLook((now, within) => (now.scale > 1.01 ? WHOLE : closer(now, CLOSE_UP, point, within))),
    onSwipe: () => undefined,
  })
  return (
    <div
      ref={setElement}
      role="group"
      aria-label={label}
      {...gestures}
      className={cx(
        'relative min-h-0 min-w-0 flex-1 touch-none overflow-hidden select-none',
        className === '' ? 'h-full' : className,
        look.scale > 1 ? 'cursor-grab active:cursor-grabbing' : 'cursor-zoom-in',
      )}
    >
      {children}
    </div>
  )
}

type WipedProps = {
  files: Both
  looks: Looks
  bounds: readonly [Bounds, Bounds]
  steps: BothSteps | undefined
}

const MIDDLE = 50
const WIPE_STEP = 2

/** One over the other, parted by a line that can be dragged. */
function Wiped({ files, looks, bounds, steps }: WipedProps) {
  const [at, setAt] = useState(MIDDLE)
  const line = useRef<HTMLDivElement>(null)
  const drag = (event: PointerEvent) => {
    const box = line.current?.parentElement?.getBoundingClientRect()
    if (box === undefined || !event.currentTarget.hasPointerCapture(event.pointerId)) return
    setAt(Math.min(100, Math.max(0, ((event.clientX - box.left) / box.width) * 100)))
  }
  const onKeyDown = (event: KeyboardEvent) => {
    const to = { ArrowLeft: at - WIPE_STEP, ArrowRight: at + WIPE_STEP, Home: 0, End: 100 }[event.key]
    if (to === undefined) return
    event.preventDefault()
    event.stopPropagation()
    setAt(Math.min(100, Math.max(0, to)))
  }
  return (
    <>
      <Pane
        file={files[0]}
        view={viewOf(looks[0], bounds[0])}
        fitted={bounds[0].fitted}
        clip={`inset(0 ${100 - at}% 0 0)`}
      />
      <Pane file={files[1]} view={viewOf(looks[1], bounds[1])} fitted={bounds[1].fitted} clip={`inset(0 0 0 ${at}%)`} />
      <Label file={files[0]} which="First" side="left" steps={steps?.[0]} />
      <Label file={files[1]} which="Second" side="right" steps={steps?.[1]} />
      <div
        ref={line}
        role="slider"
        tabIndex={0}
        aria-label="How much of the first picture is seen"
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={Math.round(at)}
        aria-valuetext={`${Math.round(at)} %`}
        onKeyDown={onKeyDown}
        onPointerDown={(event) => {
          event.stopPropagation()
          event.currentTarget.setPointerCapture(event.pointerId)
        }}
        onPointerMove={drag}
        onDoubleClick={(event) => {
          event.stopPropagation()
          setAt(MIDDLE)
        }}
        style={{ left: `${at}%` }}
        className="absolute inset-y-0 w-11 -translate-x-1/2 cursor-ew-resize touch-none focus-visible:outline-none [&:focus-visible>span]:ring-2"
      >
        <span className="pointer-events-none absolute inset-y-0 left-1/2 w-0.5 -translate-x-1/2 bg-white shadow-high ring-accent" />
        <span
          aria-hidden
          className="pointer-events-none absolute top-1/2 left-1/2 flex size-9 -translate-x-1/2 -translate-y-1/2 items-center justify-center rounded-full bg-white text-sm text-black shadow-high ring-accent"
        >
          ↔
        </span>
      </div>
    </>
  )
}
