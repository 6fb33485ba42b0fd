import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { publishReceived, type ReceivedEvent } from '../../src/receivers/received-event.ts'
import { ISSUER } from '../mint.ts'

const event: ReceivedEvent = {
  receiver: 'back-channel logout',
  issuer: ISSUER,
  result: 'refused',
  status: 400,
  code: 'ERR_TOKEN_EXPIRED',
  message: 'the token expired 1 s ago',
  cause: undefined,
  events: [],
  revoked: 0,
}

describe('publishReceived', () => {
  it('publishes what it was given on gatewarden:received', () => {
    const heard: unknown[] = []
    const listener = (message: unknown) => void heard.push(message)
    subscribe('gatewarden:received', listener)
    publishReceived(event)
    unsubscribe('gatewarden:received', listener)
    publishReceived(event)
    expect(heard).toEqual([event])
  })
})
