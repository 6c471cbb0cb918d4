/** Who is to hear what is said to a word: found without asking everybody. */
export function createAudience<One extends object>() {
  const byWord = new Map<string, Set<One>>()
  const wordsOf = new Map<One, Set<string>>()
  const remove = (word: string, one: One) => {
    wordsOf.get(one)?.delete(word)
    const those = byWord.get(word)
    those?.delete(one)
    if (those?.size === 0) byWord.delete(word)
  }
  return {
    add(word: string, one: One): void {
      byWord.set(word, (byWord.get(word) ?? new Set()).add(one))
      wordsOf.set(one, (wordsOf.get(one) ?? new Set()).add(word))
    },
    remove,
    drop(one: One): void {
      for (const word of wordsOf.get(one) ?? []) remove(word, one)
      wordsOf.delete(one)
    },
    /** Each of them once, however many of the words name them. */
    of: (words: readonly string[]): ReadonlySet<One> => new Set(words.flatMap((word) => [...(byWord.get(word) ?? [])])),
  }
}
