/** How long a delivery that was broken off can be gone on with before what it took up is free again. */
export const RESUME_MS = 3_600_000
/** A response that is being sent says so this often, and is believed dead after so long without. */
export const ALIVE_EVERY_MS = 20_000
export const ALIVE_MS = 60_000
/**
 * Bytes that were under way when a response was cut off may be asked for again; in all a delivery hands over at most so
 * many times what it is of.
 */
export const MOST_SENT_TIMES = 3
