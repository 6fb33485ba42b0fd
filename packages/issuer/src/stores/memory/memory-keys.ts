import type { KeyStore, SealedKeys } from '@gatewarden/core'

export function createMemoryKeys(): KeyStore {
  let keys: SealedKeys | undefined

  return {
    read: () => Promise.resolve(keys),

    write(sealed, revision) {
      if (revision !== (keys?.revision ?? 0)) return Promise.resolve(false)
      keys = Object.freeze({ revision: revision + 1, sealed })
      return Promise.resolve(true)
    },
  }
}
