import { getFileContent, getFileVariant, type File, type VariantName } from '@trove/contract/files'
import { pathOf } from './api.ts'
import { apiUrl } from './place.ts'

/** The bytes behind an address change with the hash only, so browsers may keep them. */
export function variantUrl({ id, sha256 }: Pick<File, 'id' | 'sha256'>, variant: VariantName): string {
  return apiUrl(`${pathOf(getFileVariant, { params: { fileId: id, variant } })}?v=${sha256.slice(0, 8)}`)
}

/** Address of the original, to be shown or played. */
export function contentUrl({ id, sha256 }: Pick<File, 'id' | 'sha256'>): string {
  return apiUrl(`${pathOf(getFileContent, { params: { fileId: id } })}?v=${sha256.slice(0, 8)}`)
}

/** Address that saves the original under its name. */
export function downloadUrl(fileId: string): string {
  return apiUrl(pathOf(getFileContent, { params: { fileId }, query: { download: '1' } }))
}
