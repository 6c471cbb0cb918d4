import type { DocumentOutline } from '@trove/contract/documents'
import type { FileDetails } from '@trove/contract/files'
import { useVirtualizer } from '@tanstack/react-virtual'
import { lazy, Suspense, useLayoutEffect, useRef, useState } from 'react'
import { contentUrl } from '../lib/file-urls.ts'
import { useShortcuts } from '../lib/keys.ts'
import { DocumentBar } from './DocumentBar.tsx'
import { DocumentPage, needsNoDocument } from './DocumentPage.tsx'
import { DocumentSearch } from './DocumentSearch.tsx'
import { DocumentStrip } from './DocumentStrip.tsx'
import { PAGE_GAP_PIXELS, PageColumn, pageWidth, useWidth } from './PageColumn.tsx'
import type { PDFDocumentProxy } from './pdf.ts'
import { useKeptPlace } from './useKeptPlace.ts'
import { useZoomKeys } from './ZoomButtons.tsx'

const PdfSource = lazy(() => import('./PdfSource.tsx').then(({ PdfSource: Source }) => ({ default: Source })))

/** The strip of small pages is there where the frame is so wide. */
const STRIP_FROM_PIXELS = 760

type DocumentPagesProps = {
  file: FileDetails
  outline: DocumentOutline & { pages: number }
  /** More pages are being drawn. */
  isComing: boolean
  /** The document itself may be read, for where a picture is not sharp enough. */
  mayRead: boolean
  /** The page at which one begins, counted from 1. */
  firstPage: number | undefined
}

/** The pages of a document below one another. */
export function DocumentPages({ file, outline, isComing, mayRead, firstPage }: DocumentPagesProps) {
  const { pages, pictures, passages } = outline
  const frame = useRef<HTMLDivElement>(null)
  const scroller = useRef<HTMLDivElement>(null)
  const [zoom, setZoom] = useState(1)
  const [isSearching, setSearching] = useState(false)
  const [hasStrip, setStrip] = useState(true)
  const [pdf, setPdf] = useState<PDFDocumentProxy>()
  const frameWidth = useWidth(frame)
  const columnWidth = useWidth(scroller)
  const byNumber = new Map(pictures.map((picture) => [picture.number, picture]))
  const [first] = pictures
  const width = pageWidth(columnWidth, zoom)
  const ratioOf = (number: number) => {
    const picture = byNumber.get(number) ?? first
    return picture === undefined ? Math.SQRT2 : picture.heightPixels / picture.widthPixels
  }
  const heightOf = (index: number) => Math.round(width * ratioOf(index + 1))
  const virtual = useVirtualizer({
    count: pages,
    getScrollElement: () => scroller.current,
    estimateSize: (index) => heightOf(index) + PAGE_GAP_PIXELS,
    overscan: 1,
    paddingStart: PAGE_GAP_PIXELS,
    paddingEnd: 48,
  })
  useLayoutEffect(() => virtual.measure(), [virtual, width, pictures.length])
  const placeAt = useKeptPlace(virtual, scroller, firstPage)

  const shown = virtual.getVirtualItems()
  const middle = (virtual.scrollOffset ?? 0) + (scroller.current?.clientHeight ?? 0) / 2
  const page = ((shown.find(({ end }) => end >= middle) ?? shown.at(-1))?.index ?? 0) + 1
  const goTo = (number: number) => placeAt(Math.min(pages, Math.max(1, number)))
  useZoomKeys({ zoom, onZoom: setZoom })
  const group = 'Open document'
  useShortcuts([
    { keys: 'PageDown', label: 'Next page', group, run: () => goTo(page + 1) },
    { keys: 'PageUp', label: 'Page before', group, run: () => goTo(page - 1) },
    { keys: 'Home', label: 'First page', group, run: () => goTo(1) },
    { keys: 'End', label: 'Last page', group, run: () => goTo(pages) },
    ...(passages > 0
      ? [
          {
            keys: '/',
            label: 'Search in this document',
            group,
            run: () => setSearching(true),
            when: () => !isSearching,
          },
        ]
      : []),
  ])
  const needsPdf = mayRead && shown.some(({ index }) => !needsNoDocument(byNumber.get(index + 1), width))
  const isWide = frameWidth >= STRIP_FROM_PIXELS && pages > 1

  return (
    <div ref={frame} className="absolute inset-0 flex">
      {isWide && hasStrip && (
        <DocumentStrip file={file} pages={pages} byNumber={byNumber} current={page} onPage={goTo} />
      )}
      <div className="relative min-w-0 flex-1">
        <PageColumn
          scroller={scroller}
          name={file.name}
          width={width}
          heightPixels={virtual.getTotalSize()}
          shown={shown}
          heightOf={heightOf}
        >
          {(index) => (
            <DocumentPage
              file={file}
              number={index + 1}
              widthPixels={width}
              picture={byNumber.get(index + 1)}
              pdf={pdf}
              isComing={isComing}
            />
          )}
        </PageColumn>
        <DocumentBar
          page={page}
          pages={pages}
          zoom={zoom}
          onPage={goTo}
          onZoom={setZoom}
          isSearching={isSearching}
          onSearch={passages > 0 ? () => setSearching(!isSearching) : undefined}
          hasStrip={hasStrip}
          onStrip={isWide ? () => setStrip(!hasStrip) : undefined}
        />
      </div>
      {isSearching && <DocumentSearch fileId={file.id} onPage={goTo} onClose={() => setSearching(false)} />}
      {needsPdf && (
        <Suspense fallback={null}>
          <PdfSource url={contentUrl(file)} onOpen={setPdf} />
        </Suspense>
      )}
    </div>
  )
}
