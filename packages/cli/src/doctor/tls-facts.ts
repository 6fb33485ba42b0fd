import type { TLSSocket } from 'node:tls'

/** What a server showed of itself when a TLS connection was made. */
export interface TlsFacts {
  /** `TLSv1.3` */
  readonly protocol: string
  /** Why Node does not trust its certificate, as a code of OpenSSL or Node; undefined when it does. */
  readonly problem: string | undefined
  /** Until when its certificate is valid, in seconds since the epoch. */
  readonly validUntil: number
  /** Who signed it, as far as it says so. */
  readonly signedBy: string
}

export function readTls(socket: TLSSocket): TlsFacts {
  const { valid_to: validTo, issuer } = socket.getPeerCertificate()
  // A text at run time, whatever its type says; null while it is trusted.
  const problem = socket.authorizationError as unknown as string | null
  return {
    protocol: socket.getProtocol() ?? 'unknown',
    problem: socket.authorized ? undefined : (problem ?? 'unknown'),
    validUntil: Date.parse(validTo) / 1000,
    signedBy: [issuer?.O ?? issuer?.CN ?? 'nobody it names'].flat().join(', '),
  }
}
