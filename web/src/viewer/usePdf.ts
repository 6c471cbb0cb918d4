import { useEffect, useState } from 'react'
import { openPdf, type PDFDocumentProxy } from './pdf.ts'

/** Of an A4 page, until the first page has told its own. */
const USUAL_RATIO = Math.SQRT2

type OpenedPdf = { pdf?: PDFDocumentProxy; firstRatio: number; failure?: string }

/** A PDF that is read from an address as its pages are asked for. */
export function usePdf(url: string): OpenedPdf {
  const [opened, setOpened] = useState<OpenedPdf>({ firstRatio: USUAL_RATIO })
  useEffect(() => {
    const task = openPdf(url)
    let isWanted = true
    void task.promise
      .then(async (pdf) => {
        const { width, height } = (await pdf.getPage(1)).getViewport({ scale: 1 })
        if (isWanted) setOpened({ pdf, firstRatio: height / width })
      })
      .catch((error: unknown) => {
        if (isWanted) setOpened({ firstRatio: USUAL_RATIO, failure: explain(error) })
      })
    return () => {
      isWanted = false
      void task.destroy()
    }
  }, [url])
  return opened
}

function explain(error: unknown): string {
  const name = error instanceof Error ? error.name : ''
  if (name === 'PasswordException') return 'This document is protected by a password.'
  if (name === 'InvalidPDFException') return 'This document is damaged.'
  return 'This document could not be opened.'
}
