import type { SessionProgress } from '@trove/contract/events'
import type { UserActor } from '../../../platform/actor.ts'
import type { Word } from '../../../platform/live/index.ts'
import type { Platform } from '../../../platform/platform.ts'
import { Problem } from '../../../platform/problem.ts'
import * as access from '../../access/index.ts'
import { createBoard, hasMoved, isLively, takeReport, takeRows, tell, type Board } from './board.ts'
import { openReports, type Report } from './reports.ts'
import { requireSession } from './seeing.ts'
import * as store from './store.ts'

/** Four a second for whoever looks at one session, one for whoever looks at a list of them. */
const SHOW_EVERY_MS = 250
const LIST_EVERY_MS = 1_000
const LOOK_AGAIN_MS = 1_000
/** Rows are read again so soon although nobody has said that they changed. */
const ROWS_GOOD_MS = 2_000
/** What is believed of who may look. */
const RIGHTS_GOOD_MS = 1_000
const KEPT_STILL_MS = 60_000
const TOLD_GOOD_MS = 3_000

type Shown = Board & {
  /** Whose it is; null for what strangers send by a link. */
  ofUser: string | null
  organizationId: string
  readAt: number
  touchedAt: number
  shownAt: number
  listedAt: number
  timer: NodeJS.Timeout | undefined
  isShowing: boolean
  isAskedAgain: boolean
  rights: { at: number; asked: ReadonlySet<string>; may: ReadonlySet<string> } | undefined
}

type Machines = Pick<Platform, 'db' | 'live' | 'log'>
type Wall = Machines & { boards: Map<string, Shown> }

/** The sessions that somebody connected to this process looks at, as they move. */
export type Boards = {
  /** Told by whoever takes bytes. */
  report(report: Report): void
  /** What was last told of a session, as long as it is news. */
  told(sessionId: string): SessionProgress | undefined
  stop(): void
}

export function createBoards(machines: Machines): Boards {
  const { db, live } = machines
  const wall: Wall = { ...machines, boards: new Map() }
  const { boards } = wall

  const reports = openReports(live, (report) => {
    const { uploadSessionId, organizationId, userId } = report
    const board = boards.get(uploadSessionId) ?? openIfWanted(wall, uploadSessionId, organizationId, userId)
    if (board === undefined) return
    takeReport(board, report, Date.now())
    showSoon(wall, board)
  })
  live.onEvent((event) => {
    if (event.type !== 'upload.changed' && event.type !== 'upload-session.changed') return
    const { uploadSessionId, organizationId } = event
    const board = boards.get(uploadSessionId) ?? openIfWanted(wall, uploadSessionId, organizationId, null)
    if (board === undefined) return
    board.readAt = 0
    showSoon(wall, board)
  })
  live.offer('upload-session', async (actor, id, sequence) => {
    const { organizationId, createdBy, linkId } = await requireSession(db, actor, id)
    const board = boards.get(id) ?? open(wall, id, organizationId, linkId === null ? createdBy : null)
    const isCurrent = board.last?.sequence === sequence && board.readAt > 0 && !hasMoved(board)
    if (isCurrent && Date.now() - board.shownAt < SHOW_EVERY_MS) return undefined
    board.readAt = 0
    await read(wall, board)
    return tell(board, Date.now(), true)
  })
  live.offer('upload-sessions', async (actor, organizationId) => {
    await requireSupervisor(db, actor, organizationId)
    return undefined
  })

  const sweeping = setInterval(() => {
    for (const board of boards.values()) if (Date.now() - board.touchedAt > KEPT_STILL_MS) drop(wall, board)
  }, KEPT_STILL_MS).unref()

  return {
    report: (report) => reports.add(report),
    told(sessionId) {
      const board = boards.get(sessionId)
      return board !== undefined && Date.now() - board.shownAt < TOLD_GOOD_MS ? board.last : undefined
    },
    stop() {
      clearInterval(sweeping)
      reports.close()
      for (const board of boards.values()) drop(wall, board)
    },
  }
}

/** Whom it is for: its user's pages, whoever follows it, and whoever follows all of the organization's. */
function wordsOf({ id, ofUser, organizationId }: Pick<Shown, 'id' | 'ofUser' | 'organizationId'>, isListed = true) {
  const words: Word[] = [`upload-session:${id}`]
  if (ofUser !== null) words.push(`user:${ofUser}`)
  if (isListed) words.push(`upload-sessions:${organizationId}`)
  return words
}

function openIfWanted(wall: Wall, id: string, organizationId: string, ofUser: string | null): Shown | undefined {
  const isWanted = wall.live.hearersOf(wordsOf({ id, ofUser, organizationId })).size > 0
  return isWanted ? open(wall, id, organizationId, ofUser) : undefined
}

function open({ boards }: Wall, id: string, organizationId: string, ofUser: string | null): Shown {
  const nowMs = Date.now()
  const made: Shown = {
    ...createBoard(id, nowMs),
    ofUser,
    organizationId,
    readAt: 0,
    touchedAt: nowMs,
    shownAt: 0,
    listedAt: 0,
    timer: undefined,
    isShowing: false,
    isAskedAgain: false,
    rights: undefined,
  }
  boards.set(id, made)
  return made
}

function drop({ boards }: Wall, board: Shown): void {
  clearTimeout(board.timer)
  board.timer = undefined
  if (boards.get(board.id) === board) boards.delete(board.id)
}

/** Something is new: it is shown as soon as it may be. */
function showSoon(wall: Wall, board: Shown): void {
  board.touchedAt = Date.now()
  if (board.isShowing) board.isAskedAgain = true
  else arm(wall, board, Math.max(0, board.shownAt + SHOW_EVERY_MS - Date.now()))
}

function arm(wall: Wall, board: Shown, waitMs: number): void {
  if (wall.boards.get(board.id) !== board) return
  clearTimeout(board.timer)
  board.timer = setTimeout(() => void showNow(wall, board), waitMs).unref()
}

async function showNow(wall: Wall, board: Shown): Promise<void> {
  board.isShowing = true
  board.isAskedAgain = false
  try {
    await show(wall, board)
  } catch (err) {
    wall.log.warn({ err }, 'the progress of a session could not be told')
  }
  board.isShowing = false
  if (board.isAskedAgain) showSoon(wall, board)
  // By time alone: that nothing comes any more, and what a list was not told yet.
  else if (isLively(board) || board.shownAt > board.listedAt) arm(wall, board, LOOK_AGAIN_MS)
}

async function show(wall: Wall, board: Shown): Promise<void> {
  const { live } = wall
  const isListed = Date.now() - board.listedAt >= LIST_EVERY_MS
  if (live.hearersOf(wordsOf(board)).size === 0) return drop(wall, board)
  if (board.row === undefined || Date.now() - board.readAt >= ROWS_GOOD_MS) await read(wall, board)
  if (board.row === undefined) return drop(wall, board)
  const words = wordsOf(board, isListed)
  const may = await mayHear(wall, board, live.hearersOf(words))
  const nowMs = Date.now()
  board.shownAt = nowMs
  if (isListed) board.listedAt = nowMs
  const progress = tell(board, nowMs)
  if (progress !== undefined) live.show(progress, words, (userId) => may.has(userId))
}

async function read({ db }: Wall, board: Shown): Promise<void> {
  board.readAt = Date.now()
  const row = await store.getSession(db, board.id)
  board.row = row
  if (row === undefined) return
  board.ofUser = row.linkId === null ? row.createdBy : null
  takeRows(board, row, await store.listUnderWay(db, board.id, [...board.positions.keys()]))
}

async function mayHear({ db }: Wall, board: Shown, hearers: ReadonlySet<string>): Promise<ReadonlySet<string>> {
  const { rights, organizationId, ofUser } = board
  const isKnown = rights !== undefined && [...hearers].every((userId) => rights.asked.has(userId))
  if (isKnown && Date.now() - rights.at < RIGHTS_GOOD_MS) return rights.may
  const at = Date.now()
  const may = await store.listWatchers(db, { organizationId, userId: ofUser ?? undefined }, [...hearers])
  board.rights = { at, asked: hearers, may }
  return may
}

/** @throws not-found, not-allowed */
async function requireSupervisor(db: Platform['db'], actor: UserActor, organizationId: string): Promise<void> {
  if (actor.scopes !== undefined) throw new Problem('not-allowed', 'An API key sees the batches of its own user.')
  await access.requireMember(db, actor, organizationId, 'admin')
}
