import type { Quarantined } from '@trove/contract/scan'
import { AskDialog } from '../ui/AskDialog.tsx'
import { nameOf } from './words.ts'

export type Decision = { what: 'release' | 'delete'; quarantined: Quarantined }

/** Asks before something leaves the quarantine, one way or the other. Letting out is confirmed a second time. */
export function Deciding({
  decision,
  onClose,
  onDecide,
}: {
  decision: Decision
  onClose: () => void
  onDecide: () => void
}) {
  const { quarantined, what } = decision
  const name = nameOf(quarantined)
  const isRelease = what === 'release'
  return (
    <AskDialog
      title={isRelease ? `Let ${name} out of quarantine?` : `Delete ${name} for good?`}
      onClose={onClose}
      apply={isRelease ? 'Let it out' : 'Delete it'}
      tone="danger"
      onApply={onDecide}
    >
      <p className="text-base text-ink-soft">{isRelease ? releaseWords(quarantined) : deleteWords(quarantined)}</p>
    </AskDialog>
  )
}

function releaseWords({ scan }: Quarantined): string {
  const why =
    scan.status === 'infected'
      ? `The scanner found ${scan.signature ?? 'a virus'} in it. Only let it out if you know that this is wrong:`
      : 'Nobody has checked it for viruses. Only let it out if you know where it comes from:'
  return `${why} whoever may see the file can open it then. You are asked to confirm that it is you, and it is written down who did this.`
}

function deleteWords({ files }: Quarantined): string {
  return files.length === 1
    ? 'It goes at once, past the trash. It cannot be taken back.'
    : `It is here as ${files.length === 20 ? '20 or more' : files.length} files, and all of them go at once, past the trash. It cannot be taken back.`
}
