import { knownType } from '@trove/contract/media-types'

const PDF = /^application\/(pdf|illustrator)$/
/** Packages of XML that are read without any office program. */
const PACKAGED = /^application\/(vnd\.openxmlformats-officedocument\..+|vnd\.oasis\.opendocument\..+|epub\+zip|rtf)$/
/** What LibreOffice turns into pages. */
const OFFICE =
  /^application\/(vnd\.openxmlformats-officedocument\..+|vnd\.oasis\.opendocument\..+|rtf|msword|vnd\.ms-(excel|powerpoint|publisher)|vnd\.visio|x-mswrite)$/

/** PDF, and what is one inside. */
export const isPdf = (mediaType: string): boolean => PDF.test(mediaType)

/** A picture of several pages, where it has more than one. */
export const isPagedPicture = (mediaType: string): boolean => mediaType === 'image/tiff'

export const isOffice = (mediaType: string): boolean => OFFICE.test(mediaType)

/** Whether it holds words that somebody may look for. */
export const holdsText = (mediaType: string): boolean =>
  isPdf(mediaType) || PACKAGED.test(mediaType) || knownType(mediaType)?.kind === 'text'
