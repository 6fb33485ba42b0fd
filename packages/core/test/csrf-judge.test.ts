import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { createCsrfJudge } from '../src/csrf-judge.ts'
import { ConfigError } from '../src/options/config-error.ts'
import { thrownBy } from './mint.ts'

const APP = 'https://app.example'
const write = (headers: Record<string, string>) => ({
  method: 'POST',
  headers: { host: 'api.example', ...headers },
})
const ours = { 'x-gatewarden': '1' }

describe('AS-23 createCsrfJudge', () => {
  it('lets pass what checkCsrf does', () => {
    const judge = createCsrfJudge()
    expect(judge(write(ours))).toBeUndefined()
    expect(judge(write({ ...ours, origin: 'https://api.example' }))).toBeUndefined()
    expect(judge({ method: 'GET', headers: { origin: 'https://evil.example' } })).toBeUndefined()
  })

  it('refuses a login that a foreign page sends, ready to be answered', () => {
    const refusal = createCsrfJudge()(write({ ...ours, origin: APP }))
    expect(refusal).toMatchObject({
      code: 'ERR_CSRF',
      status: 403,
      headers: { 'cache-control': 'no-store' },
    })
    expect(refusal!.headers).not.toHaveProperty('www-authenticate')
  })

  it('refuses a form that a page of any site sends', () => {
    expect(createCsrfJudge()(write({ origin: 'https://api.example' }))).toBeDefined()
    expect(createCsrfJudge()(write({}))).toBeDefined()
  })

  it('lets the origins pass that it is given', () => {
    const origins = [APP]
    const judge = createCsrfJudge({ origins })
    expect(judge(write({ ...ours, origin: APP }))).toBeUndefined()
    expect(judge(write({ ...ours, origin: `${APP}.evil.example` }))).toBeDefined()
    origins.push('https://evil.example')
    expect(judge(write({ ...ours, origin: 'https://evil.example' }))).toBeDefined()
  })

  it('tells those who count refusals', () => {
    const events: unknown[] = []
    const note = (event: unknown) => events.push(event)
    subscribe('gatewarden:rejected', note)
    createCsrfJudge()(write({}))
    unsubscribe('gatewarden:rejected', note)
    expect(events).toMatchObject([{ code: 'ERR_CSRF', status: 403, tokenSize: undefined }])
  })

  it.each([
    [null, 'options: expected { origins }, got null'],
    [[APP], 'options: expected { origins }, got a list'],
    [{ origin: APP }, 'origin: expected origins only'],
    [{ origins: APP }, `origins: expected a list of texts, got "${APP}"`],
    [
      { origins: [`${APP}/`] },
      `origins: expected origins as browsers write them (https://app.example.com), got "${APP}/"`,
    ],
    [
      { origins: ['*'] },
      'origins: expected origins as browsers write them (https://app.example.com), got "*"',
    ],
  ])('does not start with %j', (options, message) => {
    const error = thrownBy(() => createCsrfJudge(options as never))
    expect(error).toBeInstanceOf(ConfigError)
    expect(error.message).toBe(message)
  })
})
