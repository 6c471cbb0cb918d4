/** What a scanner says of bytes. What is not certainly scanned is `skipped`, whatever the scanner called it. */
export type Verdict =
  | { status: 'clean'; engine: string }
  | { status: 'infected'; signature: string; engine: string }
  /** `unreachable`: it is down, hangs, or broke off: asking again later may help. */
  | { status: 'skipped'; reason: 'too-large' | 'encrypted' | 'unreachable'; detail: string; engine?: string }

/** What looks for viruses. */
export type Scanner = {
  /**
   * Has bytes looked at as they come; no more than a piece of them is held. Answers within a bounded time, also when
   * the scanner hangs.
   *
   * @throws what reading the bytes throws, or what the signal was aborted with
   */
  scan(bytes: () => Promise<AsyncIterable<Uint8Array>>, signal: AbortSignal): Promise<Verdict>
  /** Engine and signatures in one word that changes with either; undefined: it does not answer. */
  engine(): Promise<string | undefined>
}
