import type { FileDetails } from '@trove/contract/files'
import { Minus, Plus, ScanSearch } from 'lucide-react'
import { useState } from 'react'
import { cx } from '../lib/cx.ts'
import { useShortcuts } from '../lib/keys.ts'
import { IconButton } from '../ui/IconButton.tsx'
import { Sharper, SOFT, useSharperUrl, useSize } from './sharper.tsx'
import { picturesOf } from './sources.ts'
import { TileStage } from './TileStage.tsx'
import { useGestures } from './useGestures.ts'
import { FITTED, fitIn, keepIn, mostScale, zoomAt, type Size, type View } from './zoom.ts'

const STEP = 1.6

export type ImageStageProps = { file: FileDetails; onPrevious: () => void; onNext: () => void; onClose: () => void }

/** A picture: whole at first, then as close as somebody wants to look. */
export function ImageStage({ file, onPrevious, onNext, onClose }: ImageStageProps) {
  const [frameElement, setFrameElement] = useState<HTMLElement | null>(null)
  const frame = useSize(frameElement)
  const { first, firstWidth } = picturesOf(file)
  const [natural, setNatural] = useState<Size>()
  const picture =
    file.widthPixels !== undefined && file.heightPixels !== undefined
      ? { width: file.widthPixels, height: file.heightPixels }
      : natural
  const [view, setView] = useState<View>(FITTED)
  const [isShown, setShown] = useState(false)
  const [isBroken, setBroken] = useState(false)

  const fitted = picture === undefined || frame === undefined ? undefined : fitIn(picture, frame)
  const bounds =
    picture === undefined || frame === undefined || fitted === undefined
      ? undefined
      : { fitted, frame, most: mostScale(picture, fitted) }
  const zoom = (scale: number, point = { x: 0, y: 0 }) =>
    bounds !== undefined && setView((now) => zoomAt(now, scale, point, bounds))
  const isSoft = fitted !== undefined && fitted.width * view.scale * devicePixelRatio > firstWidth * SOFT
  const sharper = useSharperUrl(file, isSoft)

  const gestures = useGestures(frameElement, {
    view,
    zoomBy: (ratio, point) => bounds !== undefined && setView((now) => zoomAt(now, now.scale * ratio, point, bounds)),
    moveBy: (x, y) => bounds !== undefined && setView((now) => keepIn({ ...now, x: now.x + x, y: now.y + y }, bounds)),
    toggle: (point) => zoom(view.scale > 1.01 ? 1 : closeUp(picture, fitted), point),
    onSwipe: (direction) => (direction === 'left' ? onNext() : direction === 'right' ? onPrevious() : onClose()),
  })
  const group = 'Open file'
  useShortcuts([
    { keys: '+', label: 'Closer', group, run: () => zoom(view.scale * STEP) },
    { keys: '=', run: () => zoom(view.scale * STEP) },
    { keys: '-', label: 'Further away', group, run: () => zoom(view.scale / STEP) },
    { keys: 'o', label: 'Show the original', group, run: () => sharper.askOriginal?.() },
    { keys: '0', label: 'Fit', group, run: () => setView(FITTED) },
  ])

  if (first === undefined || isBroken) return <TileStage file={file} />
  return (
    <div
      ref={setFrameElement}
      {...gestures}
      className={cx(
        'absolute inset-0 touch-none overflow-hidden select-none',
        view.scale > 1 ? 'cursor-grab active:cursor-grabbing' : 'cursor-zoom-in',
      )}
    >
      <div
        className="absolute top-1/2 left-1/2 will-change-transform"
        style={{
          width: fitted?.width,
          height: fitted?.height,
          transform: `translate(calc(-50% + ${view.x}px), calc(-50% + ${view.y}px)) scale(${view.scale})`,
        }}
      >
        {file.blur !== undefined && !isShown && (
          <img src={file.blur} alt="" className="absolute inset-0 size-full object-fill" draggable={false} />
        )}
        <img
          src={first}
          alt={file.name}
          draggable={false}
          onLoad={({ currentTarget: { naturalWidth: width, naturalHeight: height } }) => {
            setNatural({ width, height })
            setShown(true)
          }}
          onError={() => setBroken(true)}
          className={cx('absolute inset-0 size-full transition-opacity', isShown ? 'opacity-100' : 'opacity-0')}
        />
        {sharper.url !== undefined && <Sharper key={sharper.url} url={sharper.url} />}
      </div>
      {view.scale > 1.01 && (
        <ZoomBar
          view={view}
          picture={picture}
          fitted={fitted}
          onZoom={zoom}
          onFit={() => setView(FITTED)}
          onOriginal={sharper.askOriginal}
        />
      )}
      {(file.status === 'pending' || file.status === 'processing') && (
        <p
          role="status"
          className="absolute bottom-4 left-1/2 -translate-x-1/2 rounded-full bg-black/60 px-3 py-1 text-xs text-white"
        >
          A preview is being made
        </p>
      )}
    </div>
  )
}

type ZoomBarProps = {
  view: View
  picture: Size | undefined
  fitted: Size | undefined
  onZoom: (scale: number) => void
  onFit: () => void
  /** Undefined where it is shown, or may not be had. */
  onOriginal: (() => void) | undefined
}

function ZoomBar({ view, picture, fitted, onZoom, onFit, onOriginal }: ZoomBarProps) {
  const ofPixels =
    picture === undefined || fitted === undefined
      ? view.scale
      : (fitted.width * view.scale * devicePixelRatio) / picture.width
  return (
    <div
      className="absolute bottom-4 left-1/2 flex -translate-x-1/2 animate-appear items-center rounded-full bg-black/60 text-white"
      onPointerDown={(event) => event.stopPropagation()}
      onDoubleClick={(event) => event.stopPropagation()}
    >
      <IconButton
        label="Further away"
        keys="-"
        icon={<Minus />}
        side="top"
        className="rounded-full text-white!"
        onClick={() => onZoom(view.scale / STEP)}
      />
      <button
        type="button"
        className="tabular w-14 text-center text-xs"
        onClick={onFit}
        aria-label={`${Math.round(ofPixels * 100)} %: fit to the window`}
      >
        {Math.round(ofPixels * 100)} %
      </button>
      <IconButton
        label="Closer"
        keys="+"
        icon={<Plus />}
        side="top"
        className="rounded-full text-white!"
        onClick={() => onZoom(view.scale * STEP)}
      />
      {onOriginal !== undefined && (
        <IconButton
          label="Show the original"
          keys="o"
          icon={<ScanSearch />}
          side="top"
          className="rounded-full text-white!"
          onClick={onOriginal}
        />
      )}
    </div>
  )
}

/** Where a double click goes: to the picture's own pixels, or a good deal closer. */
function closeUp(picture: Size | undefined, fitted: Size | undefined): number {
  if (picture === undefined || fitted === undefined) return 2.5
  return Math.min(6, Math.max(2.5, picture.width / fitted.width / devicePixelRatio))
}
