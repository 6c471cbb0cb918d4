import type { FileDetails } from '@trove/contract/files'
import type { ProcessingStep } from '@trove/contract/processing'
import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { formatShare } from '../lib/format.ts'
import { stepsQuery } from '../lib/steps.ts'
import { Problem } from '../ui/Problem.tsx'
import { documentQuery } from './document-queries.ts'
import { DocumentPages } from './DocumentPages.tsx'
import { DocumentWords } from './DocumentWords.tsx'
import { TileStage } from './TileStage.tsx'

/**
 * A document: its pages, else its words, else what it is and why neither can be shown. An image of several pages is shown
 * by `waiting` as long as none of them has been drawn.
 */
export function DocumentStage({ file, page, waiting }: DocumentStageProps) {
  const { data: steps } = useQuery(stepsQuery(file.id))
  const drawing = steps?.find(({ name }) => name === 'pages')
  const isComing = drawing?.status === 'waiting' || drawing?.status === 'running'
  const made = `${drawing?.status} ${steps?.find(({ name }) => name === 'text')?.status}`
  const { data: outline, error, refetch } = useQuery(documentQuery(file.id, { made, isGrowing: isComing }))
  const isImage = file.kind === 'image'
  if (error !== null && isImage) return waiting
  if (error !== null) return <Problem error={error} onRetry={() => void refetch()} />
  if (outline === undefined) return waiting
  const isPdf = file.mediaType === 'application/pdf'
  const mayRead = isPdf && file.rights.includes('download') && file.damage === undefined && file.tier !== 'cold'
  const { pages, passages, pictures } = outline
  if (isImage && pictures.length === 0) return waiting
  if (pages !== undefined && (pictures.length > 0 || isComing || mayRead))
    return (
      <DocumentPages
        file={file}
        outline={{ ...outline, pages }}
        isComing={isComing}
        mayRead={mayRead}
        firstPage={page}
      />
    )
  if (isComing) return <TileStage file={file}>{wordsOf(drawing)}</TileStage>
  if (passages > 0)
    return (
      <DocumentWords file={file} passages={passages} first={page}>
        {reasonOf(file, drawing)} These are its words.
      </DocumentWords>
    )
  return file.status === 'ready' ? (
    <TileStage file={file}>{reasonOf(file, drawing)}</TileStage>
  ) : (
    <TileStage file={file} />
  )
}

type DocumentStageProps = {
  file: FileDetails
  /** At which it is opened, counted from 1. */
  page: number | undefined
  waiting: ReactNode
}

function wordsOf(drawing: ProcessingStep | undefined): string {
  if (drawing?.status === 'running' && drawing.progress > 0)
    return `Its pages are being drawn: ${formatShare(drawing.progress * 100, 100)}.`
  return 'Its pages are being drawn.'
}

function reasonOf(file: FileDetails, drawing: ProcessingStep | undefined): string {
  if (drawing?.status === 'failed') return `Its pages could not be drawn. ${drawing.failure ?? ''}`.trim()
  if (drawing?.status === 'skipped')
    return 'There is no preview of its pages: LibreOffice draws those, and is not installed on this server.'
  if (file.status === 'failed') return file.failure ?? 'It cannot be shown.'
  return 'There is no preview of its pages.'
}
