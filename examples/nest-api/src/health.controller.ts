import { Controller, Get } from '@nestjs/common'
import { Public } from '@gatewarden/nest-jwt-module'

@Controller('health')
export class HealthController {
  @Public()
  @Get()
  health() {
    return { status: 'ok' }
  }
}
