/** Gives the keyboard to the last folder in the page. @returns whether there is one */
export function focusLastFolder(): boolean {
  const links = document.querySelectorAll<HTMLElement>('[data-folders] [data-folder]')
  const last = links[links.length - 1]
  last?.focus()
  return last !== undefined
}
