import type { ServerResponse } from 'node:http'
import {
  Body,
  Controller,
  ForbiddenException,
  Headers,
  HttpException,
  HttpStatus,
  Inject,
  Ip,
  Post,
  Res,
  UnprocessableEntityException,
  UseGuards,
} from '@nestjs/common'
import { CsrfGuard, Public, sendReply } from '@gatewarden/nest-jwt-module'
import type { Issuer } from '@gatewarden/issuer'
import { ISSUER } from './issuer.ts'
import { createLoginLimits } from './login-limits.ts'
import { UsersService } from './users.service.ts'

@Controller('login')
export class LoginController {
  readonly #limits = createLoginLimits()

  constructor(
    @Inject(ISSUER) private readonly issuer: Issuer,
    private readonly users: UsersService,
  ) {}

  /** Opens a session for whoever knows name and password. The answer is the same for a wrong one and for an unknown user. */
  @Public()
  @UseGuards(CsrfGuard)
  @Post()
  async login(
    @Body('name') name: unknown,
    @Body('password') password: unknown,
    // Behind a proxy this is the proxy's address, unless Express is told: app.set('trust proxy', …).
    @Ip() address: string,
    @Headers('user-agent') device: string | undefined,
    @Res() res: ServerResponse,
  ): Promise<void> {
    if (typeof name !== 'string' || typeof password !== 'string') {
      throw new UnprocessableEntityException({ title: 'A login needs a name and a password' })
    }
    const secondsToWait = await this.#limits.take(address, name)
    if (secondsToWait !== undefined) {
      res.setHeader('Retry-After', String(secondsToWait))
      throw new HttpException({ title: 'Too many tries' }, HttpStatus.TOO_MANY_REQUESTS)
    }
    const user = await this.users.authenticate(name, password)
    if (user === undefined) throw new ForbiddenException({ title: 'Name or password is wrong' })

    await this.#limits.giveBack(address, name)
    const tokens = await this.issuer.openSession({
      subject: user.id,
      scope: user.scopes,
      roles: user.roles,
      amr: ['pwd'],
      device: device ?? 'unknown',
    })
    sendReply(res, this.issuer.reply(tokens))
  }
}
