import type { MouseEvent } from 'react'

/** Where folders are in the address, and how to go there; the frame of the page knows. */
export type FolderLinks = {
  /** @param folderId  undefined for the top */
  hrefOf: (folderId: string | undefined) => string
  go: (folderId: string | undefined) => void
}

/** A link that goes there within the page; with a key held it does what links do. */
export function linkTo({ hrefOf, go }: FolderLinks, folderId: string | undefined) {
  return {
    href: hrefOf(folderId),
    onClick(event: MouseEvent) {
      if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return
      event.preventDefault()
      go(folderId)
    },
  }
}
