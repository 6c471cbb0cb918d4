import type { FileDetails } from '@trove/contract/files'
import type { ProcessingStep } from '@trove/contract/processing'
import { useQuery } from '@tanstack/react-query'
import { formatShare } from '../lib/format.ts'
import { isOpen } from '../lib/step-words.ts'
import { stepsQuery } from '../lib/steps.ts'
import { Progress } from '../ui/Progress.tsx'
import { DownloadLink, TileStage } from './TileStage.tsx'
import { unshownSentence } from './unshown.ts'

const proxyStepIn = (steps: readonly ProcessingStep[] | undefined) => steps?.find(({ name }) => name === 'proxy')
const isGoingOn = (step: ProcessingStep | undefined): boolean => step !== undefined && isOpen(step)

/** A video that this browser cannot play: its picture, what is being done about it, and the file. */
export function VideoPreparing({ file, poster }: { file: FileDetails; poster: string | undefined }) {
  // A guest of a link is not told what is done with a file.
  const { data: steps } = useQuery({ ...stepsQuery(file.id), enabled: file.organizationId !== '' })
  const step = proxyStepIn(steps)
  const words = wordsOf(file, step)
  const progress = isGoingOn(step) && (
    <Progress label="Made playable" share={step?.progress ?? 0} className="max-w-64" />
  )
  if (poster === undefined)
    return (
      <TileStage file={file}>
        <span className="flex flex-col items-center gap-3">
          <span role="status">{words}</span>
          {progress}
        </span>
      </TileStage>
    )
  return (
    <div className="absolute inset-0 flex flex-col items-center justify-center gap-5 p-4">
      <img src={poster} alt={`A picture from ${file.name}`} className="min-h-0 max-w-full rounded-md object-contain" />
      <div className="flex w-full shrink-0 flex-col items-center gap-3 pb-2">
        <p role="status" className="text-center text-sm text-balance text-ink-soft">
          {words}
        </p>
        {progress}
        {file.rights.includes('download') && <DownloadLink file={file} />}
      </div>
    </div>
  )
}

function wordsOf(file: FileDetails, step: ProcessingStep | undefined): string {
  if (file.status === 'failed' && file.failure !== undefined) return unshownSentence(file)
  if (step?.status === 'running')
    return `A copy that every browser plays is being made: ${formatShare(step.progress * 100, 100)}. It plays as soon as it is ready.`
  if (step?.status === 'waiting')
    return 'A copy that every browser plays is about to be made. It plays as soon as it is ready.'
  if (step?.status === 'failed') return `No copy that browsers play could be made: ${lowerFirst(step.failure)}`
  const codec = file.facts.videoCodec
  const what = codec === undefined ? 'this video' : `${codec.toUpperCase()} video`
  return `This browser cannot play ${what}. The original can be downloaded and played elsewhere.`
}

const lowerFirst = (words = 'the file is unusual.'): string => `${words.charAt(0).toLowerCase()}${words.slice(1)}`
