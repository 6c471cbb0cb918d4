export { DropTarget } from './DropTarget.tsx'
export { UploadProvider, useUploads } from './UploadProvider.tsx'
export { UploadTray } from './UploadTray.tsx'
