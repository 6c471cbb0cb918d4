import type { FileDetails } from '@trove/contract/files'
import { lazy, Suspense } from 'react'
import { isKept } from '../lib/scan.ts'
import { Spinner } from '../ui/Spinner.tsx'
import { ColdStage } from './ColdStage.tsx'
import { ImageStage, type ImageStageProps } from './ImageStage.tsx'
import { stageOf, stillOf } from './sources.ts'
import { SoundStage } from './SoundStage.tsx'
import { TextStage } from './TextStage.tsx'
import { TileStage } from './TileStage.tsx'
import { VideoStage } from './VideoStage.tsx'

const DocumentStage = lazy(() => import('./DocumentStage.tsx').then(({ DocumentStage: Its }) => ({ default: Its })))
const PdfStage = lazy(() => import('./PdfStage.tsx').then(({ PdfStage: Stage }) => ({ default: Stage })))

/** Shows a file in the way of its kind; what was made of a damaged or cold original is shown without it. */
export function Stage({ page, ...props }: ImageStageProps & { page?: number | undefined }) {
  const { file } = props
  const stage = stageOf({ ...file, isKept: isKept(file) })
  if (isPaged(file))
    return (
      <Suspense fallback={<FirstPage file={file} />}>
        <DocumentStage file={file} page={page} waiting={<FirstPage file={file} />} />
      </Suspense>
    )
  if (isScan(file))
    return (
      <Suspense fallback={<ImageStage {...props} />}>
        <DocumentStage file={file} page={page} waiting={<ImageStage {...props} />} />
      </Suspense>
    )
  const hasProxy = stage === 'video' && file.variants.some(({ name }) => name === 'proxy')
  const needsOriginal = stage !== 'tile' && !hasProxy && (stage !== 'image' || file.variants.length === 0)
  if (needsOriginal && file.damage !== undefined) return <TileStage file={file} />
  if (needsOriginal && file.tier === 'cold')
    return (
      <ColdStage file={file}>
        <StageOf {...props} stage={stage} />
      </ColdStage>
    )
  return <StageOf {...props} stage={stage} />
}

/** Shown by its pages and words. A guest of a link has the document itself, or a picture of its first page. */
const isPaged = (file: FileDetails): boolean => file.kind === 'document' && mayBeLeafed(file)

/** An image of several pages: its first is what it looks like, until all of them have been drawn. */
const isScan = (file: FileDetails): boolean => file.kind === 'image' && (file.pages ?? 1) > 1 && mayBeLeafed(file)

const mayBeLeafed = (file: FileDetails): boolean =>
  file.organizationId !== '' && file.status !== 'infected' && !isKept(file)

function StageOf({ stage, ...props }: ImageStageProps & { stage: ReturnType<typeof stageOf> }) {
  const { file } = props
  switch (stage) {
    case 'image':
      return <ImageStage {...props} />
    case 'video':
      return <VideoStage file={file} />
    case 'audio':
      return <SoundStage file={file} />
    case 'pdf':
      return (
        <Suspense fallback={<FirstPage file={file} />}>
          <PdfStage file={file} waiting={<FirstPage file={file} />} />
        </Suspense>
      )
    case 'text':
      return <TextStage file={file} />
    case 'tile':
      return <TileStage file={file} />
  }
}

/** What the server drew of the first page, until the pages themselves are there. */
function FirstPage({ file }: { file: FileDetails }) {
  const still = stillOf(file)
  return (
    <div className="flex h-full items-start justify-center overflow-hidden p-4">
      {still === undefined ? (
        <Spinner />
      ) : (
        <img src={still} alt="" className="max-h-full max-w-full rounded-xs bg-white object-contain opacity-80" />
      )}
    </div>
  )
}
