import { getReceipt, type Receipt } from '@trove/contract/receipts'
import { toast } from '../ui/toast.ts'
import { call } from './api.ts'
import { sentenceOf } from './problem.ts'
import { receiptText } from './receipt-text.ts'
import { saveText } from './save-text.ts'

type Received = { id: string; name: string }

/** Asks for the server's promise that the bytes of a file are safe, and hands it on; told when there is none now. */
export async function withReceipt(
  { id: fileId }: Received,
  hand: (receipt: Receipt) => Promise<void> | void,
): Promise<void> {
  try {
    await hand(await call(getReceipt, { params: { fileId } }))
  } catch (error) {
    toast({ tone: 'danger', title: 'There is no receipt now', detail: sentenceOf(error) })
  }
}

/** Saves the receipt of a file as a text that explains itself. */
export const saveReceipt = (file: Received): Promise<void> =>
  withReceipt(file, (receipt) =>
    saveText(`${file.name} receipt.txt`, receiptText(file.name, receipt, document.baseURI)),
  )
