import type { RequestHandler } from 'express'

/**
 * What a page that holds an access token should be sent with. A script that gets into it could not be loaded from
 * elsewhere, nor take anything elsewhere; no other page can frame it, or reach its window.
 */
export function securityHeaders(apiOrigin: string): RequestHandler {
  const policy = [
    "default-src 'self'",
    `connect-src 'self' ${apiOrigin}`,
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    // No text becomes HTML or a script, wherever it came from.
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join('; ')

  return (_req, res, next) => {
    res.set({
      'Content-Security-Policy': policy,
      'Cross-Origin-Opener-Policy': 'same-origin',
      'Permissions-Policy': 'camera=(), geolocation=(), microphone=()',
      'Referrer-Policy': 'no-referrer',
      'X-Content-Type-Options': 'nosniff',
    })
    next()
  }
}
