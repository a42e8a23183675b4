import type { OllamaOptions } from '@jamie/ollama';
import type { Config } from './config';

/** What the model's library is told of the settings. */
export function ollamaOptions(config: Config): OllamaOptions {
  return {
    url: config.OLLAMA_URL,
    model: config.MODEL_NAME,
    numCtx: config.OLLAMA_NUM_CTX,
    numPredict: config.OLLAMA_NUM_PREDICT,
    keepAlive: config.OLLAMA_KEEP_ALIVE,
    temperature: config.OLLAMA_TEMPERATURE,
    maxInFlight: config.OLLAMA_MAX_IN_FLIGHT,
    maxQueue: config.OLLAMA_MAX_QUEUE,
    queueTimeoutMs: config.OLLAMA_QUEUE_TIMEOUT_MS,
    firstTokenTimeoutMs: config.OLLAMA_FIRST_TOKEN_TIMEOUT_MS,
    idleTimeoutMs: config.OLLAMA_IDLE_TIMEOUT_MS,
    totalTimeoutMs: config.OLLAMA_TOTAL_TIMEOUT_MS,
  };
}
