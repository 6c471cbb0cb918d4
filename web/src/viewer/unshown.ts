import type { FileDetails } from '@trove/contract/files'

/** What is said of a file that nothing could be made of: the fault is the file's, not the browser's. */
export const unshownSentence = ({ failure }: Pick<FileDetails, 'failure'>): string =>
  failure === undefined ? 'No preview could be made.' : `No preview could be made. ${failure}`
