import { useEffect } from 'react'
import type { PDFDocumentProxy } from './pdf.ts'
import { usePdf } from './usePdf.ts'

/** Opens the document itself as long as it is there, and draws nothing. */
export function PdfSource({ url, onOpen }: { url: string; onOpen: (pdf: PDFDocumentProxy | undefined) => void }) {
  const { pdf } = usePdf(url)
  useEffect(() => {
    onOpen(pdf)
    return () => onOpen(undefined)
  }, [pdf, onOpen])
  return null
}
