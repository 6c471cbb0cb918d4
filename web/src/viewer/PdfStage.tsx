import type { FileDetails } from '@trove/contract/files'
import { useVirtualizer } from '@tanstack/react-virtual'
import { Minus, Plus } from 'lucide-react'
import { useEffect, useRef, useState, type ReactNode } from 'react'
import { contentUrl } from '../lib/file-urls.ts'
import { useShortcuts } from '../lib/keys.ts'
import { IconButton } from '../ui/IconButton.tsx'
import type { PDFDocumentProxy } from './pdf.ts'
import { PdfPage } from './PdfPage.tsx'
import { TileStage } from './TileStage.tsx'
import { usePdf } from './usePdf.ts'

const GAP_PIXELS = 16
const WIDEST_PIXELS = 900
const STEP = 1.25

/** The pages of a document, drawn as they come into view. */
export function PdfStage({ file, waiting }: { file: FileDetails; waiting: ReactNode }) {
  const { pdf, firstRatio, failure } = usePdf(contentUrl(file))
  if (failure !== undefined)
    return <TileStage file={file}>{failure} The original can be downloaded and opened elsewhere.</TileStage>
  if (pdf === undefined) return waiting
  return <Pages pdf={pdf} firstRatio={firstRatio} name={file.name} />
}

function Pages({ pdf, firstRatio, name }: { pdf: PDFDocumentProxy; firstRatio: number; name: string }) {
  const scroller = useRef<HTMLDivElement>(null)
  const [zoom, setZoom] = useState(1)
  const [ratios, setRatios] = useState<ReadonlyMap<number, number>>(new Map())
  const frameWidth = useWidth(scroller)
  const width = Math.round(Math.min(WIDEST_PIXELS, Math.max(160, frameWidth - 2 * GAP_PIXELS)) * zoom)
  const heightOf = (index: number) => Math.round(width * (ratios.get(index) ?? firstRatio))
  const virtual = useVirtualizer({
    count: pdf.numPages,
    getScrollElement: () => scroller.current,
    estimateSize: (index) => heightOf(index) + GAP_PIXELS,
    overscan: 1,
    paddingStart: GAP_PIXELS,
  })
  useEffect(() => virtual.measure(), [virtual, width, ratios])

  const change = (next: number) => {
    const { current } = scroller
    const share = current === null ? 0 : current.scrollTop / Math.max(1, current.scrollHeight)
    setZoom(Math.min(5, Math.max(0.25, next)))
    requestAnimationFrame(() => current?.scrollTo({ top: share * current.scrollHeight }))
  }
  const group = 'Open document'
  useShortcuts([
    { keys: '+', label: 'Larger', group, run: () => change(zoom * STEP) },
    { keys: '=', run: () => change(zoom * STEP) },
    { keys: '-', label: 'Smaller', group, run: () => change(zoom / STEP) },
    { keys: '0', label: 'Fit', group, run: () => change(1) },
  ])
  const shown = virtual.getVirtualItems()
  const middle = (virtual.scrollOffset ?? 0) + (scroller.current?.clientHeight ?? 0) / 2
  const page = (shown.find(({ end }) => end >= middle) ?? shown.at(-1))?.index ?? 0

  return (
    <>
      <div
        ref={scroller}
        tabIndex={0}
        role="document"
        aria-label={name}
        className="absolute inset-0 overflow-auto focus-visible:outline-offset-[-2px]"
      >
        <div
          className="relative mx-auto"
          style={{ width: Math.max(width + 2 * GAP_PIXELS, 0), height: virtual.getTotalSize() }}
        >
          {shown.map(({ index, start }) => (
            <div
              key={index}
              className="absolute"
              style={{ top: start, left: GAP_PIXELS, width, height: heightOf(index) }}
            >
              <PdfPage
                pdf={pdf}
                index={index}
                widthPixels={width}
                onRatio={(ratio) =>
                  setRatios((now) => (now.get(index) === ratio ? now : new Map(now).set(index, ratio)))
                }
              />
            </div>
          ))}
        </div>
      </div>
      <div className="absolute bottom-4 left-1/2 flex -translate-x-1/2 items-center rounded-full bg-black/70 text-white">
        <IconButton
          label="Smaller"
          keys="-"
          icon={<Minus />}
          side="top"
          className="rounded-full text-white!"
          onClick={() => change(zoom / STEP)}
        />
        <button
          type="button"
          aria-label={`${Math.round(zoom * 100)} %: fit to the window`}
          className="tabular w-12 text-center text-xs"
          onClick={() => change(1)}
        >
          {Math.round(zoom * 100)} %
        </button>
        <IconButton
          label="Larger"
          keys="+"
          icon={<Plus />}
          side="top"
          className="rounded-full text-white!"
          onClick={() => change(zoom * STEP)}
        />
        <span role="status" className="tabular border-l border-white/20 px-3 text-xs whitespace-nowrap">
          Page {page + 1} of {pdf.numPages}
        </span>
      </div>
    </>
  )
}

function useWidth(element: React.RefObject<HTMLElement | null>): number {
  const [width, setWidth] = useState(WIDEST_PIXELS)
  useEffect(() => {
    const { current } = element
    if (current === null) return
    const observer = new ResizeObserver(() => setWidth(current.clientWidth))
    observer.observe(current)
    return () => observer.disconnect()
  }, [element])
  return width
}
