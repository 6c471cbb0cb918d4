/** What stands before and after a picture in a list, past the one that it is compared with. */
export function neighbours(
  among: readonly string[],
  id: string,
  other: string,
): { before: string | undefined; after: string | undefined } {
  const list = among.filter((one) => one !== other)
  const index = list.indexOf(id)
  if (index === -1) return { before: undefined, after: undefined }
  return { before: list[index - 1], after: list[index + 1] }
}
