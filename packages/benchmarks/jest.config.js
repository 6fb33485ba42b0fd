import preset, { withDecorators } from '../../jest.preset.js'

/** A whole benchmark runs in some tests; on a busy machine even a quick one takes its time. */
export default { ...withDecorators(preset), testTimeout: 300_000 }
