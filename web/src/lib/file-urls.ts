import { getFileContent, getFileVariant, type File, type VariantName } from '@trove/contract/files'
import type { PictureFormat } from '@trove/contract/sizes'
import { apiUrl } from './place.ts'
import { pathOf } from './request.ts'

type Named = Pick<File, 'id' | 'sha256'>

/** Where the bytes of files are. */
export type FileUrls = {
  /** `format`: WebP unless said. */
  variant(file: Named, variant: VariantName, format?: PictureFormat): string
  content(file: Named): string
  download(fileId: string): string
}

/** The bytes behind an address change with the hash only, so browsers may keep them. */
const own: FileUrls = {
  variant: ({ id, sha256 }, variant, format) => {
    const path = `${pathOf(getFileVariant, { params: { fileId: id, variant } })}?v=${sha256.slice(0, 8)}`
    return apiUrl(format === undefined ? path : `${path}&format=${format}`)
  },
  content: ({ id, sha256 }) => apiUrl(`${pathOf(getFileContent, { params: { fileId: id } })}?v=${sha256.slice(0, 8)}`),
  download: (fileId) => apiUrl(pathOf(getFileContent, { params: { fileId }, query: { download: '1' } })),
}
let urls = own

/** Takes the bytes of every file on this page from elsewhere. For the page of a link, which shows no others. */
export function takeFilesFrom(elsewhere: FileUrls): void {
  urls = elsewhere
}

/** Whether sizes beside the variants can be asked for here: the page of a link has none. */
export const hasSizes = (): boolean => urls === own

export const variantUrl = (file: Named, variant: VariantName, format?: PictureFormat): string =>
  urls.variant(file, variant, format)

/** Address of the original, to be shown or played. */
export const contentUrl = (file: Named): string => urls.content(file)

/** Address that saves the original under its name. */
export const downloadUrl = (fileId: string): string => urls.download(fileId)
