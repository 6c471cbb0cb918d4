import { sentenceOf } from '../lib/problem.ts'
import { toast } from '../ui/toast.ts'

/** Says in one place what was refused and why. */
export function tellRefusal(title: string, error: unknown): void {
  toast({ tone: 'danger', title, detail: sentenceOf(error), forMs: 12_000 })
}
