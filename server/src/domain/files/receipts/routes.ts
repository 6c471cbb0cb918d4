import * as contract from '@trove/contract/receipts'
import type { FastifyInstance } from 'fastify'
import { serve, serveAnyone } from '../../../platform/http/serve.ts'
import type { Platform } from '../../../platform/platform.ts'
import * as receipts from './operations.ts'

export function receiptRoutes(app: FastifyInstance, platform: Platform) {
  serve(app, contract.getReceipt, ({ actor, params }) => receipts.getReceipt(platform, actor, params.fileId))
  serveAnyone(app, contract.listReceiptKeys, async () => receipts.receiptKeys(platform))
  serveAnyone(app, contract.checkReceipt, ({ body }) => receipts.checkReceipt(platform, body.receipt))
}
