import { FolderUp, Upload } from 'lucide-react'
import { useShortcuts } from '../lib/keys.ts'
import { Button } from '../ui/Button.tsx'
import { Menu, MenuAction } from '../ui/Menu.tsx'
import { useUploads } from '../uploads/index.ts'

/** Picks what to upload. */
export function UploadButton({ size = 'medium' }: { size?: 'medium' | 'large' }) {
  const { pick, pickFolder } = useUploads()
  useShortcuts([{ keys: 'u', label: 'Upload files', run: () => pick() }])
  return (
    <Menu
      label="Upload"
      trigger={
        <Button tone="primary" size={size} icon={<Upload className="size-4" />}>
          {size === 'large' ? 'Upload files' : <span className="max-sm:sr-only">Upload</span>}
        </Button>
      }
    >
      <MenuAction icon={<Upload />} keys="u" onSelect={() => pick()}>
        Files
      </MenuAction>
      <MenuAction icon={<FolderUp />} onSelect={() => pickFolder()}>
        A folder
      </MenuAction>
    </Menu>
  )
}
