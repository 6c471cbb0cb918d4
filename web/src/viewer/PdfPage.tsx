import { useEffect, useRef, useState } from 'react'
import { cx } from '../lib/cx.ts'
import { drawPage, type PDFDocumentProxy } from './pdf.ts'

/** Waits so long before drawing: pages that fly by are not worth it. */
const BREATH_MS = 60

type PdfPageProps = {
  pdf: PDFDocumentProxy
  /** From 0. */
  index: number
  widthPixels: number
  /** Tells height over width as soon as it is known. */
  onRatio: (ratio: number) => void
}

export function PdfPage({ pdf, index, widthPixels, onRatio }: PdfPageProps) {
  const canvas = useRef<HTMLCanvasElement>(null)
  const [isDrawn, setDrawn] = useState(false)
  const [isBroken, setBroken] = useState(false)
  const tell = useRef(onRatio)
  tell.current = onRatio

  useEffect(() => {
    let stop: (() => void) | undefined
    let isWanted = true
    const timer = setTimeout(() => {
      void draw().catch((error: unknown) => {
        if (isWanted && !(error instanceof Error && error.name === 'RenderingCancelledException')) setBroken(true)
      })
    }, BREATH_MS)
    return () => {
      isWanted = false
      clearTimeout(timer)
      stop?.()
    }

    async function draw(): Promise<void> {
      const page = await pdf.getPage(index + 1)
      const { width, height } = page.getViewport({ scale: 1 })
      if (!isWanted || canvas.current === null) return
      tell.current(height / width)
      // Drawn beside what is seen, so that a page does not go white while it is drawn anew.
      const fresh = document.createElement('canvas')
      const drawing = drawPage(page, fresh, widthPixels)
      stop = drawing.stop
      await drawing.done
      if (!isWanted || canvas.current === null) return
      canvas.current.width = fresh.width
      canvas.current.height = fresh.height
      canvas.current.getContext('2d')?.drawImage(fresh, 0, 0)
      setDrawn(true)
    }
  }, [pdf, index, widthPixels])

  return (
    <div className="size-full overflow-hidden rounded-xs bg-white shadow-high">
      <canvas
        ref={canvas}
        aria-label={`Page ${index + 1}`}
        role="img"
        className={cx('size-full transition-opacity', isDrawn ? 'opacity-100' : 'opacity-0')}
      />
      {isBroken && (
        <p className="absolute inset-x-0 top-1/2 text-center text-sm text-[#47484c]">This page could not be drawn.</p>
      )}
    </div>
  )
}
