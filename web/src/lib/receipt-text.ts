import type { Receipt } from '@trove/contract/receipts'

/**
 * A receipt as a text that explains itself, for whoever finds it years later.
 *
 * @param base  address of this installation, with a slash at its end
 */
export function receiptText(name: string, receipt: Receipt, base: string): string {
  const facts: [string, string][] = [
    ['File', name],
    ['Size', `${receipt.sizeBytes} bytes`],
    ['SHA-256', receipt.sha256],
    ['Received', receipt.receivedAt],
    ['File id', receipt.fileId],
    ['Version id', receipt.versionId],
    ['Organization', receipt.organizationId],
  ]
  return [
    'Receipt',
    '',
    'Trove has received these bytes and keeps them as this version of the file:',
    '',
    ...facts.map(([label, value]) => `${label.padEnd(14)}${value}`),
    '',
    'The lines above are for reading. This one is signed, and says the same but for the name:',
    '',
    receipt.receipt,
    '',
    `It is a JSON Web Signature with Ed25519. The public key: ${new URL('api/receipts/keys', base).href}`,
    '',
  ].join('\n')
}
