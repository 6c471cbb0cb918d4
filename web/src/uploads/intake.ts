import { formatBytes, formatCount } from '../lib/format.ts'
import type { Picked } from './model.ts'

export type Limits = { maxFileBytes: number; maxSessionBytes: number }

/** Left behind by operating systems; nobody means to upload them. */
const LITTER = new Set(['.ds_store', 'thumbs.db', 'ehthumbs.db', 'desktop.ini', 'icon\r'])
/** As many as one upload session may declare. */
const MOST_FILES = 100_000

export type Intake = {
  /** Files that go together, each group within the limits of one session. */
  groups: Picked[][]
  refused: { picked: Picked; reason: string }[]
  /** What was left out, in words; undefined when nothing was. */
  notice: string | undefined
}

/** Sorts what was dropped or chosen: what goes, what cannot, and what nobody meant. */
export function takeIn(picked: readonly Picked[], limits: Limits): Intake {
  const meant = picked.filter((one) => !isHidden(one))
  const hidden = picked.filter(isHidden)
  const refused: Intake['refused'] = []
  const accepted: Picked[] = []
  for (const one of meant) {
    const reason = refusalOf(one.file, limits)
    if (reason === undefined) accepted.push(one)
    else refused.push({ picked: one, reason })
  }
  return { groups: inGroups(accepted, limits.maxSessionBytes), refused, notice: noticeOf(hidden, meant.length) }
}

/** `Pasted image 2026-11-21 at 03.04.05.png`: the clipboard gives every picture the same name. */
export function pastedName(mediaType: string, now: Date): string {
  const pad = (value: number) => String(value).padStart(2, '0')
  const day = `${now.getFullYear()}-${pad(now.getMonth() + 1)}-${pad(now.getDate())}`
  const time = `${pad(now.getHours())}.${pad(now.getMinutes())}.${pad(now.getSeconds())}`
  const extension = /^image\/([a-z0-9]+)/.exec(mediaType)?.[1]?.replace('jpeg', 'jpg') ?? 'png'
  return `Pasted image ${day} at ${time}.${extension}`
}

function isHidden({ file, folder }: Picked): boolean {
  const name = file.name.toLowerCase()
  if (LITTER.has(name) || name.startsWith('._') || /(^|\/)__MACOSX(\/|$)/.test(folder)) return true
  // A name with a dot in front that somebody chose by itself is meant; one that came with a folder is not.
  return folder !== '' && (name.startsWith('.') || /(^|\/)\./.test(folder))
}

function refusalOf(file: File, { maxFileBytes }: Limits): string | undefined {
  if (file.size === 0) return `Not uploaded: ${file.name} is empty.`
  if (file.size <= maxFileBytes) return undefined
  return `Not uploaded: ${file.name} is ${formatBytes(file.size)}; files may be up to ${formatBytes(maxFileBytes)} here.`
}

function inGroups(accepted: Picked[], maxBytes: number): Picked[][] {
  const groups: Picked[][] = []
  let bytes = Infinity
  for (const one of accepted) {
    const group = groups.at(-1)
    if (group === undefined || bytes + one.file.size > maxBytes || group.length >= MOST_FILES) {
      groups.push([one])
      bytes = one.file.size
    } else {
      group.push(one)
      bytes += one.file.size
    }
  }
  return groups
}

function noticeOf(hidden: readonly Picked[], meantCount: number): string | undefined {
  if (hidden.length === 0) return meantCount === 0 ? 'There were no files in it.' : undefined
  const names = [...new Set(hidden.map(({ file }) => file.name.trim()))]
  const some = names.slice(0, 2).join(', ') + (names.length > 2 ? ' …' : '')
  return `${formatCount(hidden.length, 'hidden file')} left out: ${some}`
}
