import { ConfigError } from './options/config-error.ts'
import { isRecord } from './is-record.ts'
import type { TrustedIssuers } from './issuers/trusted-issuers.ts'
import type { ExportedKeySet, KeySource } from './keys/key-source.ts'

/** The keys a guard goes by, for whoever operates it. */
export interface GuardKeys {
  /**
   * Trusts a key no more, at once: its tokens are refused with `ERR_KEY_UNKNOWN`, those that were verified before too,
   * and no key set brings it back while this guard lives. Tell every process.
   *
   * @param kid the name of the key; need not be known yet
   * @param issuer whose key, spelled as its `iss`; without it, every issuer's key of that name
   * @returns how many keys it was that are here now. Zero for a key that was never seen, which is remembered; for an
   *   issuer that is spelled otherwise; and for a key without a `kid`, which only the configuration can take away
   */
  revoke(kid: string, issuer?: string): number

  /**
   * Fetches the keys of one issuer, or of all that are in memory, now: after an emergency at the provider, say.
   *
   * @throws GuardError `ERR_KEYS_UNAVAILABLE`
   */
  refresh(issuer?: string): Promise<void>

  /**
   * What was fetched, as JSON, for the next process: to start warm where processes are short-lived.
   *
   * Whoever can change the text on its way can sign tokens. Keep it where nobody but this application writes, such as
   * the package it is deployed with; a cache or a table that others write to is no such place.
   */
  export(): KeySnapshot

  /**
   * Takes what {@link GuardKeys.export} gave, for issuers that are trusted here. Keys count as old as they are, and too
   * old ones are left out. Returns how many issuers have keys from it now.
   *
   * @throws ConfigError for what is no such snapshot
   */
  import(snapshot: KeySnapshot): number
}

export interface KeySnapshot {
  readonly version: 1
  readonly issuers: readonly (ExportedKeySet & { readonly issuer: string })[]
}

/** The keys that were revoked at run time, for issuers that are looked up later, too. */
export class RevokedKeys {
  readonly #kids = new Map<string | undefined, Set<string>>()

  add(kid: string, issuer: string | undefined): void {
    const kids = this.#kids.get(issuer) ?? new Set<string>()
    this.#kids.set(issuer, kids.add(kid))
  }

  of(issuer: string | null): readonly string[] {
    const ofAll = this.#kids.get(undefined) ?? []
    return [...ofAll, ...(this.#kids.get(issuer ?? undefined) ?? [])]
  }
}

export function createGuardKeys(issuers: TrustedIssuers, revoked: RevokedKeys): GuardKeys {
  const named = (name: string | undefined) =>
    issuers.all().filter(({ issuer }) => name === undefined || issuer === name)
  return {
    revoke(kid, issuer) {
      if (typeof kid !== 'string' || kid === '') {
        throw new ConfigError('keys.revoke', 'expected the kid of a key')
      }
      if (issuer !== undefined && (typeof issuer !== 'string' || issuer === '')) {
        throw new ConfigError('keys.revoke', 'expected the name of an issuer, or none')
      }
      revoked.add(kid, issuer)
      return named(issuer).reduce((sum, { keys }) => sum + keys.revoke(kid), 0)
    },

    async refresh(issuer) {
      await Promise.all(named(issuer).map(({ keys }) => keys.refresh()))
    },

    export() {
      const exported = issuers.all().flatMap(({ issuer, keys }) => {
        const set = issuer === null ? undefined : keys.export()
        return issuer === null || set === undefined ? [] : [{ ...set, issuer }]
      })
      return { version: 1, issuers: exported }
    },

    import(snapshot) {
      return readSnapshot(snapshot).filter(({ issuer, ...set }) => {
        const trusted = issuers.all().find((one) => one.issuer === issuer)
        return trusted !== undefined && imports(trusted.keys, set)
      }).length
    },
  }
}

function imports(keys: KeySource, set: ExportedKeySet): boolean {
  try {
    return keys.import(set)
  } catch {
    // None of its keys is one that this issuer may sign with: that is none to start with, and no reason not to start.
    return false
  }
}

/** What a field of a request may hold. Anything else would make every later fetch fail. */
const FIELD = /^[\t\x20-\x7e\x80-\xff]*$/

function areValidators(given: unknown): boolean {
  if (!isRecord(given)) return false
  return [given.etag, given.lastModified].every(
    (field) => field === undefined || (typeof field === 'string' && FIELD.test(field)),
  )
}

function readSnapshot(given: unknown): KeySnapshot['issuers'] {
  const isSet = (set: unknown) =>
    isRecord(set) &&
    typeof set.issuer === 'string' &&
    typeof set.url === 'string' &&
    Number.isFinite(set.fetchedAt) &&
    Number.isFinite(set.freshFor) &&
    areValidators(set.validators) &&
    Array.isArray(set.keys)
  if (isRecord(given) && given.version === 1 && Array.isArray(given.issuers)) {
    if (given.issuers.every(isSet)) return given.issuers as KeySnapshot['issuers']
  }
  throw new ConfigError('keys.import', 'expected what keys.export() returned')
}
