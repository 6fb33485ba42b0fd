/** The signing keys of an issuer, as one sealed text. */
export interface SealedKeys {
  /** Counts the writes, from 1. */
  readonly revision: number
  /** Encrypted and authenticated by the issuer with a key that no store holds. */
  readonly sealed: string
}

/**
 * Where an issuer keeps its signing keys: a register that is compared before it is set, so that of several processes
 * that want to add a key exactly one does.
 */
export interface KeyStore {
  read(): Promise<SealedKeys | undefined>

  /**
   * Replaces what is there, if that still has the revision given; 0 for nothing there. The new revision is one higher.
   * Resolves to whether it was replaced. Of any number of concurrent calls with one revision at most one is.
   */
  write(sealed: string, revision: number): Promise<boolean>
}
