import type { KeyObject } from 'node:crypto'

/** What both servers are given. */
export interface Clinic {
  /** Signs the tokens of the clinic. */
  readonly privateKey: KeyObject
  readonly publicKey: KeyObject
  /** The key by which others can write to the insurer. */
  readonly insurerKey: KeyObject
  readonly patients: ReadonlyMap<string, Patient>
}

export interface Patient {
  readonly name: string
  readonly diagnosis: string
}
