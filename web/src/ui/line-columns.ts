/** Columns of a list on a wide screen; its headings, and whatever else stands in the list, use the same. */
export const lineColumns =
  'sm:grid sm:grid-cols-[36px_minmax(0,1fr)_minmax(0,150px)_72px_112px_minmax(0,140px)_88px_24px] sm:items-center sm:gap-x-5'
