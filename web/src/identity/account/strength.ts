import { ZxcvbnFactory } from '@zxcvbn-ts/core'
import * as common from '@zxcvbn-ts/language-common'
import * as english from '@zxcvbn-ts/language-en'

// Loaded when somebody begins to type a new password: its dictionaries are larger than the page.

/** Long ones take long to judge, and a beginning that is strong is enough. */
const MOST_CHARACTERS = 40

const judge = new ZxcvbnFactory({
  dictionary: { ...common.dictionary, ...english.dictionary },
  graphs: common.adjacencyGraphs,
  translations: english.translations,
})

/** From 0, guessed at once, to 4; and why when it is easy. The server judges the same way and has the last word. */
export function strengthOf(password: string, known: readonly string[]): { score: number; reason: string | undefined } {
  const { score, feedback } = judge.check(password.slice(0, MOST_CHARACTERS), [...known])
  return { score, reason: feedback.warning ?? undefined }
}
