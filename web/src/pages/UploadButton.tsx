import { FolderUp, Upload } from 'lucide-react'
import { useShortcuts } from '../lib/keys.ts'
import { Button } from '../ui/Button.tsx'
import { Menu, MenuAction } from '../ui/Menu.tsx'
import { useUploads } from '../uploads/index.ts'

/** Picks what to upload. @param folderId where it goes; undefined for the top */
export function UploadButton({ size = 'medium', folderId }: { size?: 'medium' | 'large'; folderId?: string }) {
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
    </Menu>
  )
}
