import type { Server } from 'node:http';
import { Logger } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { HttpMetrics, ScrapedLevels, readMetrics } from '@jamie/metrics';
import { SlackGate } from '@jamie/slack';
import type { RequestListener } from 'node:http';
import { AppModule } from './app.module';
import type { Config } from './config/config';
import { ErrorFilter } from './http/error.filter';
import { listen } from './http/listen';
import { configureHttp } from './http/pipeline';
import { BoundedExpressAdapter, createBoundedServer } from './http/server';
import { Lifecycle } from './lifecycle/lifecycle';
import { drain } from './lifecycle/shutdown';
import { NestLogger, createLogger } from './logging/logging';
import { startTelemetry } from './telemetry';

export interface Jamie {
  readonly app: NestExpressApplication;
  /** The ports that were opened; they differ from the configured ones where those are 0. */
  readonly port: number;
  readonly metricsPort: number;
  /** Finishes running answers, then closes everything. */
  close(): Promise<void>;
}

/** Builds the application and opens both ports. Throws ListenError. */
export async function startJamie(config: Config): Promise<Jamie> {
  const telemetry = await startTelemetry(config);
  const adapter = new BoundedExpressAdapter();
  const app = await NestFactory.create<NestExpressApplication>(AppModule.forRoot(config), adapter, {
    bodyParser: false,
    logger: new NestLogger(createLogger(config.LOG_LEVEL)),
    abortOnError: false,
    ...telemetry.nest,
  });
  const onUnparsed = (status: number): void => app.get(HttpMetrics).recordUnparsed(status);
  adapter.onUnparsed = onUnparsed;
  const metricsServer = createBoundedServer(adapter.getInstance<RequestListener>(), onUnparsed);
  configureHttp(app, config, metricsServer);
  app.useGlobalFilters(new ErrorFilter());
  await app.init();
  const server: Server = app.getHttpServer();
  try {
    const metricsPort = await listen(metricsServer, 'METRICS_PORT', config.METRICS_PORT, config.HOST);
    const port = await listen(server, 'PORT', config.PORT, config.HOST);
    const lifecycle = app.get(Lifecycle);
    lifecycle.ready();
    const slack = app.get(SlackGate);
    slack.open();
    telemetry.begin(() => readMetrics(app.get(ScrapedLevels)));
    warnOfRisks(config);
    const close = async (): Promise<void> => {
      await Promise.all([slack.stopTaking(), drain({ lifecycle, server })]);
      await app.close();
      metricsServer.close();
      metricsServer.closeAllConnections();
      await telemetry.stop();
    };
    return { app, port, metricsPort, close };
  } catch (thrown) {
    metricsServer.close();
    await app.close();
    await telemetry.stop();
    throw thrown;
  }
}

function warnOfRisks(config: Config): void {
  const logger = new Logger('Jamie');
  if (config.ENVIRONMENT === 'production' && config.API_KEYS.length === 0) {
    logger.warn('POST /chat is open to everybody who reaches this port: API_KEYS is not set.');
  }
}
