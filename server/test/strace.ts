import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'

/** One system call, with the lines at which it began and ended. */
type Call = { name: string; text: string; began: number; ended: number }

/** Whether system calls can be watched here; installs strace where that is allowed. */
export function canTrace(): boolean {
  const has = () => spawnSync('strace', ['-V']).status === 0
  if (!has() && process.getuid?.() === 0)
    spawnSync('apt-get', ['install', '-y', '--no-install-recommends', 'strace'], { stdio: 'ignore' })
  return has()
}

/** Watches the calls of a process that make bytes durable or tell somebody of it. */
export async function trace(pid: number, file: string): Promise<{ stop(): Promise<Call[]> }> {
  const strace = spawn(
    'strace',
    [
      '-f',
      '-yy',
      '-s',
      '400',
      '-o',
      file,
      '-e',
      'trace=fsync,fdatasync,rename,renameat,renameat2,read,write,writev,sendmsg,sendto',
      '-p',
      String(pid),
    ],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  )
  const exited = new Promise<void>((resolve) => strace.once('exit', () => resolve()))
  let said = ''
  await new Promise<void>((resolve, reject) => {
    strace.stderr.on('data', (text: Buffer) => (said += text.toString()).includes('attached') && resolve())
    void exited.then(() => reject(new Error(`strace: ${said}`)))
  })
  await delay(200)
  return {
    async stop() {
      strace.kill('SIGINT')
      await exited
      return parse(readFileSync(file, 'latin1'))
    },
  }
}

function parse(text: string): Call[] {
  const calls: Call[] = []
  const unfinished = new Map<string, Call>()
  for (const [at, line] of text.split('\n').entries()) {
    const [, pid = '', rest = ''] = /^(\d+) +(.*)$/.exec(line) ?? []
    const resumed = /^<\.\.\. (\w+) resumed>(.*)$/.exec(rest)
    if (resumed !== null) {
      const call = unfinished.get(pid)
      if (call === undefined) continue
      call.text += resumed[2] ?? ''
      call.ended = at
      unfinished.delete(pid)
      continue
    }
    const name = /^(\w+)\(/.exec(rest)?.[1]
    if (name === undefined) continue
    const call = { name, text: rest, began: at, ended: at }
    calls.push(call)
    if (rest.includes('<unfinished ...>')) unfinished.set(pid, call)
  }
  return calls
}

/** The order that durability needs, for one upload after another: each step has ended before the next begins. */
export function requireOrder(calls: readonly Call[], uploadId: string, objectKey: string): void {
  const after = (line: number, title: string, match: (call: Call) => boolean): Call => {
    const found = calls.find((call) => call.began > line && match(call))
    assert.ok(found, `${title} does not come where it must, for ${uploadId}`)
    return found
  }
  const folder = objectKey.slice(0, objectKey.lastIndexOf('/'))
  const rename = after(
    -1,
    'rename',
    ({ name, text }) => name.startsWith('rename') && text.includes(uploadId) && text.includes(objectKey),
  )
  const flushed = calls.findLast(
    ({ name, text, ended }) => name === 'fsync' && text.includes(`.staging/${uploadId}`) && ended < rename.began,
  )
  assert.ok(flushed, `fsync(file) does not come before the rename, for ${uploadId}`)
  const settled = after(
    rename.ended,
    'fsync(folder)',
    ({ name, text }) => name === 'fsync' && text.includes(`${folder}>`),
  )
  const told = after(rename.ended, 'the response', ({ text }) => text.includes('HTTP/1.1 20'))
  const commit = after(settled.ended, 'COMMIT', ({ name, text }) => name !== 'read' && /commit/.test(text))
  const committed = after(
    commit.ended,
    'the answer to COMMIT',
    ({ name, text }) => name === 'read' && text.includes('COMMIT'),
  )
  assert.ok(committed.ended < told.began, `it was told before COMMIT, for ${uploadId}`)
}
