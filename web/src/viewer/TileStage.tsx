import type { File, FileDetails } from '@trove/contract/files'
import {
  Archive,
  AudioLines,
  Download,
  FileCode,
  FileQuestion,
  FileText,
  Image,
  Palette,
  ShieldAlert,
  Video,
  type LucideIcon,
} from 'lucide-react'
import type { ReactNode } from 'react'
import { downloadUrl } from '../lib/file-urls.ts'
import { extensionOf, formatBytes } from '../lib/format.ts'
import { damageSentence } from '../lib/keeping.ts'
import { saveWhenBack } from '../lib/saving.ts'
import { scanSentence } from '../lib/scan-words.ts'
import { isFetchable, isKept } from '../lib/scan.ts'
import { unshownSentence } from './unshown.ts'

/** A file that cannot be shown: what it is, why, and the way to have it. */
export function TileStage({ file, children }: { file: FileDetails; children?: ReactNode }) {
  const { kind, name } = file
  const Icon = isKept(file) ? ShieldAlert : ICONS[kind]
  return (
    <div className="flex h-full flex-col items-center justify-center gap-4 p-6 text-center">
      <span className="flex h-32 w-28 flex-col items-center justify-center gap-3 rounded-lg border border-line bg-surface text-ink-soft shadow-high">
        <Icon aria-hidden className="size-9" strokeWidth={1.25} />
        <span className="text-xs font-semibold tracking-wide">{extensionOf(name)}</span>
      </span>
      <div className="max-w-md">
        <p className="text-base font-medium break-words">{name}</p>
        <p className="mt-1 text-sm text-balance text-ink-soft">
          {children ?? scanSentence(file) ?? damageSentence(file) ?? reason(file)}
        </p>
      </div>
      {file.rights.includes('download') && isFetchable(file) && <DownloadLink file={file} />}
    </div>
  )
}

export function DownloadLink({ file }: { file: FileDetails }) {
  return (
    <a
      href={downloadUrl(file.id)}
      download=""
      onClick={(event) => saveWhenBack(event, file)}
      className="touchable inline-flex h-9 items-center gap-2 rounded-md border border-line bg-surface px-3.5 text-sm font-medium transition-colors hover:bg-hover"
    >
      <Download aria-hidden className="size-4" /> Download
      <span className="tabular font-normal text-ink-faint">{formatBytes(file.sizeBytes)}</span>
    </a>
  )
}

function reason(file: FileDetails): string {
  switch (file.status) {
    case 'infected':
      return 'A virus was found in this file. It is kept away from everybody.'
    case 'failed':
      return unshownSentence(file)
    case 'pending':
    case 'processing':
      return 'A preview is being made.'
    case 'ready':
      return 'Files of this type have no preview.'
  }
}

const ICONS: Record<File['kind'], LucideIcon> = {
  image: Image,
  video: Video,
  audio: AudioLines,
  document: FileText,
  text: FileText,
  archive: Archive,
  design: Palette,
  executable: FileCode,
  script: FileCode,
  other: FileQuestion,
}
