/** Claims that make a token short or long: about 340 and 900 characters with HS256. */
export const TOKEN_SIZES: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  short: { jti: undefined },
  long: {
    email: 'somebody.with.a.name@customers.example.com',
    name: 'Somebody With A Name',
    permissions: ['orders', 'invoices', 'customers', 'products', 'reports'].flatMap((resource) => [
      `${resource}:read`,
      `${resource}:write`,
      `${resource}:export`,
    ]),
  },
}
