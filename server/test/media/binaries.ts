/** Programs and scripts: the beginnings that give them away, and no more. None of them runs. */

/** The header of a 64-bit Linux program (ELF, x86-64). */
export function elf(): Buffer {
  const head = Buffer.alloc(128)
  Buffer.from('7f454c4602010100', 'hex').copy(head)
  head.writeUInt16LE(2, 16)
  head.writeUInt16LE(62, 18)
  head.writeUInt32LE(1, 20)
  head.writeUInt16LE(64, 52)
  return head
}

/** The header of a Windows program (MZ, then PE). */
export function portableExecutable(): Buffer {
  const head = Buffer.alloc(256)
  head.write('MZ', 0, 'latin1')
  head.writeUInt32LE(128, 60)
  head.write('PE\0\0', 128, 'latin1')
  head.writeUInt16LE(0x8664, 132)
  head.writeUInt16LE(240, 148)
  head.writeUInt16LE(0x0022, 150)
  return head
}

/** The header of a 64-bit macOS program. */
export function machO(): Buffer {
  const head = Buffer.alloc(64)
  Buffer.from('cffaedfe07000001030000000200000000000000', 'hex').copy(head)
  return head
}

/** A Java class file of version 61. */
export function javaClass(): Buffer {
  return Buffer.from('cafebabe0000003d000a0a00020003070004'.padEnd(96, '0'), 'hex')
}

export function webAssembly(): Buffer {
  return Buffer.from('0061736d01000000', 'hex')
}

export function shellScript(): Buffer {
  return Buffer.from('#!/bin/sh\necho hello\n')
}

export function batchScript(): Buffer {
  return Buffer.from('@echo off\r\necho hello\r\n')
}

export function javaScript(): Buffer {
  return Buffer.from("'use strict'\nalert('hello')\n")
}

/** The header of a Photoshop document of one channel, then nothing. */
export function photoshop(widthPixels = 64, heightPixels = 48): Buffer {
  const head = Buffer.alloc(26 + 14 + 2 * heightPixels)
  head.write('8BPS', 0, 'latin1')
  head.writeUInt16BE(1, 4)
  head.writeUInt16BE(3, 12)
  head.writeUInt32BE(heightPixels, 14)
  head.writeUInt32BE(widthPixels, 18)
  head.writeUInt16BE(8, 22)
  head.writeUInt16BE(3, 24)
  return head
}

/** Bytes without any meaning, none of them a known beginning. */
export function noise(sizeBytes: number): Buffer {
  const bytes = Buffer.alloc(sizeBytes)
  let state = 0x9e3779b9
  for (let i = 0; i < sizeBytes; i++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    bytes[i] = i === 0 ? 0x93 : state >>> 24
  }
  return bytes
}

/** EICAR's test string, in two halves so that no scanner takes this source for it. */
export function eicar(): Buffer {
  return Buffer.from(['X5O!P%@AP[4\\PZX54(P^)7CC)7}$', 'EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*'].join(''), 'latin1')
}
