import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import type { NextFunction, Request, Response } from 'express';

/** What is no page's address: it is answered as a program's request, with a problem where there is nothing. A file of an older build is not there any more, and a page in its place is no program. */
const programs = /^\/(api|services|docs|health|metrics|openapi\.json|assets)(\/|$)/;

/** Serves the built console, where there is one: its files, and the page itself under every page's address. Without it, the observer is the same. */
@Injectable()
export class Pages implements OnModuleInit {
  constructor(
    private readonly folder: string,
    private readonly host: HttpAdapterHost,
  ) {}

  /** Nest registers the routes before this and what answers 404 after it, so a route always comes first. */
  onModuleInit(): void {
    const page = resolve(this.folder, 'index.html');
    if (!existsSync(page)) return;
    const adapter = this.host.httpAdapter as unknown as Pick<NestExpressApplication, 'useStaticAssets' | 'use'>;
    adapter.useStaticAssets(this.folder, { index: false, redirect: false, setHeaders: cached });
    adapter.use((request: Request, response: Response, next: NextFunction) => {
      // Who takes anything takes the page.
      const asked = request.method === 'GET' && request.accepts(['html', 'json']) === 'html' && !programs.test(request.path);
      if (!asked) return next();
      response.setHeader('Cache-Control', 'no-cache');
      // A page of ours loads nothing from elsewhere, and is shown in no frame of somebody else's.
      response.setHeader(
        'Content-Security-Policy',
        "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'none'",
      );
      response.sendFile(page, (error?: Error) => error && next(error));
    });
  }
}

/** The names of the bundles have a hash of what is in them. */
function cached(response: { setHeader(name: string, value: string): unknown }, path: string): void {
  response.setHeader('Cache-Control', path.includes('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache');
}
