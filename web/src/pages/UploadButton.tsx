import { FolderPlus, FolderUp, Upload } from 'lucide-react'
import { useShortcuts } from '../lib/keys.ts'
import { Button } from '../ui/Button.tsx'
import { Menu, MenuAction, MenuLine } from '../ui/Menu.tsx'
import { useUploads } from '../uploads/index.ts'

type UploadButtonProps = {
  size?: 'medium' | 'large'
  /** Where it goes; undefined for the top. */
  folderId?: string | undefined
  /** Offered here where there is no room for a button of its own. */
  onNewFolder?: (() => void) | undefined
}

/** Picks what to upload. */
export function UploadButton({ size = 'medium', folderId, onNewFolder }: UploadButtonProps) {
  const { pick, pickFolder } = useUploads()
  useShortcuts([{ keys: 'u', label: 'Upload files', run: () => pick(folderId) }])
  return (
    <Menu
      label="Upload"
      trigger={
        <Button tone="primary" size={size} icon={<Upload className="size-4" />}>
          {size === 'large' ? 'Upload files' : <span className="max-sm:sr-only">Upload</span>}
        </Button>
      }
    >
      <MenuAction icon={<Upload />} keys="u" onSelect={() => pick(folderId)}>
        Files
      </MenuAction>
      <MenuAction icon={<FolderUp />} onSelect={() => pickFolder(folderId)}>
        A folder
      </MenuAction>
      {onNewFolder !== undefined && (
        <>
          <MenuLine />
          <MenuAction icon={<FolderPlus />} onSelect={onNewFolder}>
            New folder
          </MenuAction>
        </>
      )}
    </Menu>
  )
}
