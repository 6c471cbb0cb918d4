import type { FileDetails } from '@trove/contract/files'
import { useState } from 'react'
import { cx } from '../lib/cx.ts'
import type { PDFDocumentProxy } from './pdf.ts'
import { PdfPage } from './PdfPage.tsx'
import { pageUrl } from './document-queries.ts'

/** A picture that is drawn so much larger than it is looks soft. */
const SOFT = 1.25

type DocumentPageProps = {
  file: Pick<FileDetails, 'id' | 'sha256'>
  /** Counted from 1. */
  number: number
  widthPixels: number
  picture: { widthPixels: number; heightPixels: number } | undefined
  /** The document itself, where somebody may have it. */
  pdf: PDFDocumentProxy | undefined
  isComing: boolean
}

/** A page in its box: the picture that the server drew at once, and the page itself where that is not sharp enough. */
export function DocumentPage({ file, number, widthPixels, picture, pdf, isComing }: DocumentPageProps) {
  const [state, setState] = useState<'loading' | 'there' | 'failed'>('loading')
  const isSharp = needsNoDocument(picture, widthPixels)
  return (
    <div className="relative size-full overflow-hidden rounded-xs bg-white shadow-high">
      {picture !== undefined && state !== 'failed' && (
        <img
          src={pageUrl(file, number)}
          alt={`Page ${number}`}
          draggable={false}
          onLoad={() => setState('there')}
          onError={() => setState('failed')}
          className={cx('size-full transition-opacity', state === 'there' ? 'opacity-100' : 'opacity-0')}
        />
      )}
      {pdf !== undefined && (!isSharp || state === 'failed') ? (
        <div className="absolute inset-0" aria-hidden={state === 'there'}>
          <PdfPage pdf={pdf} index={number - 1} widthPixels={widthPixels} onRatio={() => undefined} />
        </div>
      ) : (
        (picture === undefined || state === 'failed') && (
          <p className="absolute inset-x-4 top-1/2 -translate-y-1/2 text-center text-sm text-[#47484c]">
            {isComing ? `Page ${number} is being drawn.` : `There is no picture of page ${number}.`}
          </p>
        )
      )}
    </div>
  )
}

/** Whether the picture is as sharp as the screen shows it. */
export const needsNoDocument = (picture: { widthPixels: number } | undefined, widthPixels: number): boolean =>
  picture !== undefined && widthPixels * devicePixelRatio <= picture.widthPixels * SOFT
