import { rights as allRights, type Right, type Rights } from '@trove/contract/access'

/** How a right is kept: one bit each, in the order of the contract. Migration 0011 says the same. */
const bitOf: Record<Right, number> = { read: 1, comment: 2, download: 4, write: 8, share: 16 }

/** Rights as the sum that is stored. Whoever holds any of them may read. */
export const sumOf = (rights: readonly Right[]): number => rights.reduce((sum, right) => sum | bitOf[right], bitOf.read)

export const rightsIn = (sum: number): Rights => allRights.filter((right) => (sum & bitOf[right]) !== 0)

/** Whether all of some rights are among others: nobody passes on what they do not hold. */
export const isWithin = (sum: number, held: number): boolean => (sum & ~held) === 0
