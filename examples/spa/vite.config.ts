import { defineConfig } from 'vite'

export default defineConfig({
  build: {
    outDir: 'dist/web',
    // Browsers that have light-dark() and nested CSS: nothing needs to be rewritten for older ones.
    target: ['chrome123', 'firefox120', 'safari17.5'],
    // The page is one script. Without this, it would have a second one for browsers that know no modules in links.
    modulePreload: false,
    // Nothing in data: URLs: the Content-Security-Policy allows what the server serves, and nothing else.
    assetsInlineLimit: 0,
  },
})
