import type { FileDetails } from '@trove/contract/files'
import { ImageOff } from 'lucide-react'
import { useState, type CSSProperties } from 'react'
import { cx } from '../../lib/cx.ts'
import { Sharper, SOFT, useSharperUrl } from '../sharper.tsx'
import { picturesOf } from '../sources.ts'
import type { View } from '../zoom.ts'

type PaneProps = {
  file: FileDetails
  view: View
  fitted: { width: number; height: number }
  /** Which part of the frame it is seen in. */
  clip?: CSSProperties['clipPath']
}

/** One of two pictures, drawn as it lies. */
export function Pane({ file, view, fitted, clip }: PaneProps) {
  const { first, firstWidth } = picturesOf(file)
  const [isShown, setShown] = useState(false)
  const [isBroken, setBroken] = useState(false)
  const isSoft = fitted.width * view.scale * devicePixelRatio > firstWidth * SOFT
  const { url } = useSharperUrl(file, isSoft)
  if (first === undefined || isBroken)
    return (
      <div className="absolute inset-0 flex flex-col items-center justify-center gap-2 text-sm text-ink-faint">
        <ImageOff aria-hidden className="size-6" strokeWidth={1.5} />
        There is no picture of this file.
      </div>
    )
  return (
    <div className="pointer-events-none absolute inset-0 overflow-hidden" style={{ clipPath: clip }}>
      <div
        className="absolute top-1/2 left-1/2 will-change-transform"
        style={{
          ...fitted,
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
          onLoad={() => setShown(true)}
          onError={() => setBroken(true)}
          className={cx('absolute inset-0 size-full transition-opacity', isShown ? 'opacity-100' : 'opacity-0')}
        />
        {url !== undefined && <Sharper key={url} url={url} />}
      </div>
    </div>
  )
}
