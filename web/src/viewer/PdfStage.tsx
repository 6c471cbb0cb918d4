import type { FileDetails } from '@trove/contract/files'
import { useVirtualizer } from '@tanstack/react-virtual'
import { useLayoutEffect, useRef, useState, type ReactNode } from 'react'
import { contentUrl } from '../lib/file-urls.ts'
import { PAGE_GAP_PIXELS, PageColumn, pageWidth, useWidth } from './PageColumn.tsx'
import type { PDFDocumentProxy } from './pdf.ts'
import { PdfPage } from './PdfPage.tsx'
import { TileStage } from './TileStage.tsx'
import { useKeptPlace } from './useKeptPlace.ts'
import { usePdf } from './usePdf.ts'
import { useZoomKeys, ZoomButtons } from './ZoomButtons.tsx'

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
  const width = pageWidth(frameWidth, zoom)
  const heightOf = (index: number) => Math.round(width * (ratios.get(index) ?? firstRatio))
  const virtual = useVirtualizer({
    count: pdf.numPages,
    getScrollElement: () => scroller.current,
    estimateSize: (index) => heightOf(index) + PAGE_GAP_PIXELS,
    overscan: 1,
    paddingStart: PAGE_GAP_PIXELS,
  })
  useLayoutEffect(() => virtual.measure(), [virtual, width, ratios])
  useKeptPlace(virtual, scroller)

  useZoomKeys({ zoom, onZoom: setZoom })
  const shown = virtual.getVirtualItems()
  const middle = (virtual.scrollOffset ?? 0) + (scroller.current?.clientHeight ?? 0) / 2
  const page = (shown.find(({ end }) => end >= middle) ?? shown.at(-1))?.index ?? 0

  return (
    <>
      <PageColumn
        scroller={scroller}
        name={name}
        width={width}
        heightPixels={virtual.getTotalSize()}
        shown={shown}
        heightOf={heightOf}
      >
        {(index) => (
          <PdfPage
            pdf={pdf}
            index={index}
            widthPixels={width}
            onRatio={(ratio) => setRatios((now) => (now.get(index) === ratio ? now : new Map(now).set(index, ratio)))}
          />
        )}
      </PageColumn>
      <div className="absolute bottom-4 left-1/2 flex -translate-x-1/2 items-center rounded-full bg-black/70 text-white">
        <ZoomButtons zoom={zoom} onZoom={setZoom} />
        <span role="status" className="tabular border-l border-white/20 px-3 text-xs whitespace-nowrap">
          Page {page + 1} of {pdf.numPages}
        </span>
      </div>
    </>
  )
}
