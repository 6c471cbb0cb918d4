import type { File } from '@trove/contract/files'
import { FileActivity } from '../audit/FileActivity.tsx'
import { AccessSection } from '../sharing/AccessSection.tsx'

/** Below a file's details: who can see it, and what was done to it. Loaded when somebody opens the panel. */
export function FileStory({ file }: { file: File }) {
  return (
    <>
      {file.trashedAt === undefined && <AccessSection resource={{ ...file, kind: 'file' }} />}
      {file.rights.includes('share') && <FileActivity fileId={file.id} />}
    </>
  )
}
