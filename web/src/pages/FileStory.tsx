import type { File } from '@trove/contract/files'
import { FileActivity } from '../audit/FileActivity.tsx'
import { AccessSection } from '../sharing/AccessSection.tsx'
import { ShownIn } from './ShownIn.tsx'

/** Below a file's details: where it is shown, who can see it, and what was done to it. Loaded when somebody opens the panel. */
export function FileStory({ file }: { file: File }) {
  return (
    <>
      <ShownIn fileId={file.id} />
      {file.trashedAt === undefined && <AccessSection resource={{ ...file, kind: 'file' }} />}
      {file.rights.includes('share') && <FileActivity fileId={file.id} />}
    </>
  )
}
