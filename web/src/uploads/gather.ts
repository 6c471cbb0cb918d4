import { pastedName } from './intake.ts'
import type { Picked } from './model.ts'

/** Drag and drop is older than the promises of newer browsers; these parts are not everywhere. */
type Held = DataTransferItem & { getAsFileSystemHandle?(): Promise<FileSystemHandle | null> }
type Directory = FileSystemDirectoryHandle & { values(): AsyncIterable<FileSystemHandle> }
type Pickers = {
  showOpenFilePicker?(options: { multiple: boolean }): Promise<FileSystemFileHandle[]>
  showDirectoryPicker?(options: { mode: 'read' }): Promise<FileSystemDirectoryHandle>
}

/**
 * Everything that was dropped, folders included, with handles where the browser gives them.
 * Must be called while the drop is being handled: afterwards the browser shows nothing more.
 */
export async function gatherDrop(transfer: DataTransfer): Promise<Picked[]> {
  const held = [...transfer.items].filter(({ kind }) => kind === 'file') as Held[]
  const plain = [...transfer.files]
  const started = held.map((one) => ({
    handle: one.getAsFileSystemHandle?.().catch(() => null),
    entry: one.webkitGetAsEntry(),
    file: one.getAsFile(),
  }))
  if (started.length === 0) return plain.map((file) => ({ file, folder: '' }))
  const gathered: Picked[] = []
  for (const { handle, entry, file } of started) {
    const found = await handle
    if (found !== null && found !== undefined) await walkHandle(found, '', gathered)
    else if (entry !== null) await walkEntry(entry, '', gathered)
    else if (file !== null) gathered.push({ file, folder: '' })
  }
  return inOrder(gathered)
}

/** Pictures on the clipboard; text is nobody's upload. */
export function gatherPaste(transfer: DataTransfer): Picked[] {
  return [...transfer.files].map((file) => {
    // Browsers call every pasted picture image.png; copied files keep their name.
    const isNameless = file.type.startsWith('image/') && /^image\.\w+$/.test(file.name)
    return {
      file: isNameless ? new File([file], pastedName(file.type, new Date()), { type: file.type }) : file,
      folder: '',
    }
  })
}

/** Files of an `<input type=file>`, with the folders they were in. */
export function gatherInput(input: HTMLInputElement): Picked[] {
  const picked = [...(input.files ?? [])].map((file) => ({
    file,
    folder: file.webkitRelativePath.split('/').slice(0, -1).join('/'),
  }))
  input.value = ''
  return picked
}

/** @returns undefined when the browser has no such dialog; nothing when it was closed */
export async function pickFiles(): Promise<Picked[] | undefined> {
  const { showOpenFilePicker } = window as Pickers
  if (showOpenFilePicker === undefined) return undefined
  return unlessClosed(async () => {
    const gathered: Picked[] = []
    for (const handle of await showOpenFilePicker.call(window, { multiple: true }))
      await walkHandle(handle, '', gathered)
    return gathered
  })
}

/** The same for a folder and all that is in it. */
export async function pickDirectory(): Promise<Picked[] | undefined> {
  const { showDirectoryPicker } = window as Pickers
  if (showDirectoryPicker === undefined) return undefined
  return unlessClosed(async () => {
    const gathered: Picked[] = []
    await walkHandle(await showDirectoryPicker.call(window, { mode: 'read' }), '', gathered)
    return inOrder(gathered)
  })
}

/** Folders give their files in any order; people number them. */
function inOrder(gathered: Picked[]): Picked[] {
  const { compare } = new Intl.Collator(undefined, { numeric: true })
  return gathered.toSorted(
    (a, b) => compare(a.folder, b.folder) || (a.folder === '' ? 0 : compare(a.file.name, b.file.name)),
  )
}

async function unlessClosed(run: () => Promise<Picked[]>): Promise<Picked[] | undefined> {
  try {
    return await run()
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') return []
    return undefined
  }
}

async function walkHandle(handle: FileSystemHandle, folder: string, gathered: Picked[]): Promise<void> {
  if (handle.kind === 'file') {
    const file = handle as FileSystemFileHandle
    gathered.push({ file: await file.getFile(), handle: file, folder })
    return
  }
  const inside = folder === '' ? handle.name : `${folder}/${handle.name}`
  for await (const child of (handle as Directory).values()) await walkHandle(child, inside, gathered)
}

async function walkEntry(entry: FileSystemEntry, folder: string, gathered: Picked[]): Promise<void> {
  if (entry.isFile) {
    const file = await new Promise<File | undefined>((resolve) =>
      (entry as FileSystemFileEntry).file(resolve, () => resolve(undefined)),
    )
    if (file !== undefined) gathered.push({ file, folder })
    return
  }
  const inside = folder === '' ? entry.name : `${folder}/${entry.name}`
  const reader = (entry as FileSystemDirectoryEntry).createReader()
  // A reader gives a hundred at a time, and nothing when it is through.
  for (;;) {
    const children = await new Promise<FileSystemEntry[]>((resolve) => reader.readEntries(resolve, () => resolve([])))
    if (children.length === 0) return
    for (const child of children) await walkEntry(child, inside, gathered)
  }
}
