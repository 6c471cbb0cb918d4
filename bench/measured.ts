/** One line of the bench: what was measured beside what is possible here, in the same run. */
export type Measured = { name: string; value: number; limit: number; ratio: number; unit: string }
