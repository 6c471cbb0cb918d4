import { parentPort } from 'node:worker_threads'
import { ZxcvbnFactory } from '@zxcvbn-ts/core'
import * as common from '@zxcvbn-ts/language-common'
import * as english from '@zxcvbn-ts/language-en'
import type { FromStrengthThread, ToStrengthThread } from './index.ts'

const port = parentPort
if (port === null) throw new Error('strength-thread runs as a worker thread')

const judge = new ZxcvbnFactory({
  dictionary: { ...common.dictionary, ...english.dictionary },
  graphs: common.adjacencyGraphs,
  translations: english.translations,
})

port.on('message', ({ id, password, known }: ToStrengthThread) => {
  const { score, feedback } = judge.check(password, [...known])
  const reason = [feedback.warning, ...feedback.suggestions].filter(Boolean).join(' ')
  port.postMessage({ id, score, ...(reason !== '' && { reason }) } satisfies FromStrengthThread)
})
