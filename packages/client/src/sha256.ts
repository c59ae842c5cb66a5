/** A SHA-256 that takes its input in pieces; Node's `createHash('sha256')` can stand in for it. */
export interface Sha256 {
  update(bytes: Uint8Array): void
  /** Lower-case hex. Nothing may follow it. */
  digestHex(): string
}

// SHA-256 as FIPS 180-4 and RFC 6234 have it. The web platform's own (`crypto.subtle.digest`) wants the whole input at
// once, which a file of gigabytes must not be held for. Nothing secret passes here, so timing is no concern.

// First 32 bits of the fractional parts of the cube roots of the first 64 primes.
const K = new Uint32Array([
  0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5, 0xd807aa98,
  0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174, 0xe49b69c1, 0xefbe4786,
  0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da, 0x983e5152, 0xa831c66d, 0xb00327c8,
  0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967, 0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13,
  0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85, 0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819,
  0xd6990624, 0xf40e3585, 0x106aa070, 0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a,
  0x5b9cca4f, 0x682e6ff3, 0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7,
  0xc67178f2,
])

// First 32 bits of the fractional parts of the square roots of the first 8 primes.
const initialState = [0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19]

const blockBytes = 64

/** An incremental SHA-256 of constant memory. */
export function createSha256(): Sha256 {
  const state = Uint32Array.from(initialState)
  const schedule = new Uint32Array(64)
  const block = new Uint8Array(blockBytes)
  let filled = 0
  let totalBytes = 0

  function update(bytes: Uint8Array): void {
    totalBytes += bytes.length
    let at = 0
    if (filled > 0) {
      at = Math.min(blockBytes - filled, bytes.length)
      block.set(bytes.subarray(0, at), filled)
      filled += at
      if (filled < blockBytes) return
      compress(state, schedule, block, 0)
      filled = 0
    }
    for (; at + blockBytes <= bytes.length; at += blockBytes) compress(state, schedule, bytes, at)
    block.set(bytes.subarray(at))
    filled = bytes.length - at
  }

  return {
    update,
    digestHex() {
      const bits = BigInt(totalBytes) * 8n
      // A one bit, zeros up to 8 bytes before the end of a block, the length in bits.
      const padding = new Uint8Array(((blockBytes + 55 - filled) % blockBytes) + 9)
      padding[0] = 0x80
      new DataView(padding.buffer).setBigUint64(padding.length - 8, bits)
      update(padding)
      return Array.from(state, (word) => word.toString(16).padStart(8, '0')).join('')
    },
  }
}

/** One block of 64 bytes, at `start` of `bytes`, into the state. */
function compress(state: Uint32Array, w: Uint32Array, bytes: Uint8Array, start: number): void {
  const at = (words: Uint32Array, index: number) => words[index] as number
  for (let t = 0, from = start; t < 16; t += 1, from += 4) {
    w[t] =
      ((bytes[from] as number) << 24) |
      ((bytes[from + 1] as number) << 16) |
      ((bytes[from + 2] as number) << 8) |
      (bytes[from + 3] as number)
  }
  for (let t = 16; t < 64; t += 1) {
    const x = at(w, t - 15)
    const y = at(w, t - 2)
    const s0 = ((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3)
    const s1 = ((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10)
    w[t] = (at(w, t - 16) + s0 + at(w, t - 7) + s1) | 0
  }
  let a = at(state, 0) | 0
  let b = at(state, 1) | 0
  let c = at(state, 2) | 0
  let d = at(state, 3) | 0
  let e = at(state, 4) | 0
  let f = at(state, 5) | 0
  let g = at(state, 6) | 0
  let h = at(state, 7) | 0
  for (let t = 0; t < 64; t += 1) {
    const S1 = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7))
    const t1 = (h + S1 + ((e & f) ^ (~e & g)) + at(K, t) + at(w, t)) | 0
    const S0 = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10))
    const t2 = (S0 + ((a & b) ^ (a & c) ^ (b & c))) | 0
    h = g
    g = f
    f = e
    e = (d + t1) | 0
    d = c
    c = b
    b = a
    a = (t1 + t2) | 0
  }
  state[0] = at(state, 0) + a
  state[1] = at(state, 1) + b
  state[2] = at(state, 2) + c
  state[3] = at(state, 3) + d
  state[4] = at(state, 4) + e
  state[5] = at(state, 5) + f
  state[6] = at(state, 6) + g
  state[7] = at(state, 7) + h
}
