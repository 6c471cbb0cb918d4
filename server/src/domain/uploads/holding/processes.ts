import { readFileSync, readlinkSync } from 'node:fs'
import { hostname } from 'node:os'
import type { Process } from './store.ts'

/** This process, so that others at the same place can tell whether it still runs. */
export function thisProcess(): Process {
  return { place: place(), processId: process.pid, processBegan: beganOf(process.pid) ?? '' }
}

/** Whether a process has certainly ended. Of another machine nothing is certain. */
export function isGone({ place: where, processId, processBegan }: Process): boolean {
  if (where !== place()) return false
  try {
    process.kill(processId, 0)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return true
  }
  // Its number may have been given to another since.
  const began = beganOf(processId)
  return began !== undefined && processBegan !== '' && began !== processBegan
}

/** The machine as it was started, and the namespace in which process numbers mean something. */
function place(): string {
  const boot = attempt(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()) ?? ''
  const namespace = attempt(() => readlinkSync('/proc/self/ns/pid')) ?? ''
  return `${hostname()} ${boot} ${namespace}`
}

/** When a process was begun, in ticks since the machine was: the 22nd field of its `stat`, counted behind its name. */
function beganOf(processId: number): string | undefined {
  const text = attempt(() => readFileSync(`/proc/${processId}/stat`, 'utf8'))
  return text?.slice(text.lastIndexOf(')') + 2).split(' ')[19]
}

function attempt<T>(look: () => T): T | undefined {
  try {
    return look()
  } catch {
    return undefined
  }
}
