import type { UserActor } from '../../src/platform/actor.ts'
import { Problem } from '../../src/platform/problem.ts'
import type { TestPlatform } from '../platform.ts'
import type { Random } from '../random.ts'
import type { Model, Outcome } from './model.ts'

/** Everybody and everything that the game is played with. */
export type Board = {
  t: TestPlatform
  model: Model
  random: Random
  people: UserActor[]
  /** One of each organization, who stays its owner. */
  owners: Map<string, UserActor>
  /** A blob of each organization that all its files share: this is about rows. */
  blobs: Map<string, string>
}

/** Something that was done, or tried: what came of it, and what should have. */
export type Move = { words: string; came: string; should: Outcome }

export type Play = (board: Board) => Promise<Move | undefined>

/** What an operation says of itself. A fault of the program is thrown on. */
export async function outcomeOf(act: () => Promise<unknown>): Promise<string> {
  try {
    await act()
    return 'done'
  } catch (error) {
    if (error instanceof Problem) return error.kind
    throw error
  }
}

/** The first refusal of those that are asked for one after another. */
export const first = (...outcomes: Outcome[]): Outcome => outcomes.find((outcome) => outcome !== 'done') ?? 'done'

export const name = (id: string | undefined): string => id?.slice(-6) ?? 'the top'
