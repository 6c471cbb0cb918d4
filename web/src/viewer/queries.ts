import { listFileSizes } from '@trove/contract/sizes'
import { getFile, recallFile, restoreFile, trashFile, type FileDetails } from '@trove/contract/files'
import { queryOptions } from '@tanstack/react-query'
import { call, sentenceOf } from '../lib/api.ts'
import { askAgainMs } from '../lib/keeping.ts'
import { toast } from '../ui/toast.ts'

/** One file with all that is known of it. The key is the one that the live feed refreshes. */
export const fileQuery = (fileId: string) =>
  queryOptions({
    queryKey: ['file', fileId],
    queryFn: ({ signal }) => call(getFile, { params: { fileId } }, signal),
    staleTime: 60_000,
  })

/** Has an original brought back from cold storage, and asks until it is there. */
export const recallQuery = (fileId: string) =>
  queryOptions({
    queryKey: ['file-recall', fileId],
    queryFn: () => call(recallFile, { params: { fileId } }),
    refetchInterval: ({ state: { data } }) => (data?.state === 'coming' ? askAgainMs(data.secondsLeft) : false),
    gcTime: 0,
  })

/** Moves a file to the trash, with a way back. @returns whether it went */
export async function trash({ id, name }: Pick<FileDetails, 'id' | 'name'>): Promise<boolean> {
  try {
    await call(trashFile, { params: { fileId: id } })
    toast({
      title: `${name} moved to the trash`,
      action: { label: 'Undo', isUndo: true, run: () => void untrash(id, name) },
    })
    return true
  } catch (error) {
    toast({ tone: 'danger', title: `${name} could not be moved to the trash`, detail: sentenceOf(error) })
    return false
  }
}

async function untrash(fileId: string, name: string): Promise<void> {
  try {
    await call(restoreFile, { params: { fileId } })
    toast({ title: `${name} is back in the library` })
  } catch (error) {
    toast({ tone: 'danger', title: `${name} stays in the trash`, detail: sentenceOf(error) })
  }
}

/** The content of a text file, as nothing but text. */
export const textQuery = (fileId: string, url: string) =>
  queryOptions({
    queryKey: ['file-text', fileId],
    queryFn: async ({ signal }) => {
      const response = await fetch(url, { signal, credentials: 'same-origin' })
      if (!response.ok) throw new Error(`The server answered ${response.status}.`)
      return decode(await response.arrayBuffer())
    },
    staleTime: Infinity,
  })

/** UTF-16 says so in its first bytes; what is not UTF-8 otherwise is an old file from Windows. */
export function decode(bytes: ArrayBuffer): string {
  const [first, second] = new Uint8Array(bytes, 0, Math.min(2, bytes.byteLength))
  if (first === 0xff && second === 0xfe) return new TextDecoder('utf-16le').decode(bytes)
  if (first === 0xfe && second === 0xff) return new TextDecoder('utf-16be').decode(bytes)
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return new TextDecoder('windows-1252').decode(bytes)
  }
}

/** Addresses of further sizes; good for some minutes. */
export const sizesQuery = (fileId: string) =>
  queryOptions({
    queryKey: ['sizes', fileId],
    queryFn: ({ signal }) => call(listFileSizes, { params: { fileId } }, signal),
    staleTime: 60_000,
    gcTime: 60_000,
  })
