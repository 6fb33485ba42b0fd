import preset, { withDecorators } from '../../jest.preset.js'

export default withDecorators(preset)
