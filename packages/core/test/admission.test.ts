import { inspect } from 'node:util'
import { admittedAs, rememberAdmitted } from '../src/admission.ts'
import { authWith } from './mint.ts'

const admitted = {
  auth: authWith({}),
  refusal: undefined,
  challenge: { realm: 'api', resourceMetadata: undefined },
}

describe('an admission', () => {
  it('is found again with its request, and with no other', () => {
    const request = {}
    rememberAdmitted(request, admitted)
    expect(admittedAs(request)).toBe(admitted)
    expect(admittedAs({})).toBeUndefined()
  })

  it('is replaced by a later one', () => {
    const request = {}
    const later = { ...admitted, auth: undefined }
    rememberAdmitted(request, admitted)
    rememberAdmitted(request, later)
    expect(admittedAs(request)).toBe(later)
  })

  it('is found by another copy of this package', () => {
    const request = { [Symbol.for('gatewarden.admitted')]: admitted }
    expect(admittedAs(request)).toBe(admitted)
  })

  it('cannot be written by what a client sends', () => {
    expect(admittedAs(JSON.parse('{"gatewarden.admitted":{},"__proto__":{}}'))).toBeUndefined()
  })

  it('shows no token where the request is printed', () => {
    const request = {}
    rememberAdmitted(request, admitted)
    expect(inspect(request, { depth: 10 }) + JSON.stringify(request)).not.toContain('a.b.c')
  })
})
