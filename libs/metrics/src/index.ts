export { ApiChatInterceptor, RefusedChatRecorder } from './api-chat.interceptor';
export { ChatMetrics } from './chat-metrics';
export { HttpMetrics, type RouteFinder } from './http-metrics';
export { MetricsModule } from './metrics.module';
export { type KnownResponse, type MetricsOptions } from './metrics-options';
export {
  type HistogramReading,
  type Labels,
  type MetricReading,
  type NumberReading,
  readMetrics,
} from './readings';
export { ScrapedLevels } from './scrape';
