/** The orders of the groups ECDSA works in (SEC 2 §2), in hexadecimal, as long as r and s are. */
const GROUP_ORDERS: Readonly<Record<string, string>> = {
  ES256: 'ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551',
  ES384:
    'ffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973',
  ES512:
    '01fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffa51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386409',
}

export function groupOrder(algorithm: string): Buffer {
  return Buffer.from(GROUP_ORDERS[algorithm] ?? '', 'hex')
}
