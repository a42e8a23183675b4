import { SpanStatusCode } from '@opentelemetry/api';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-base';

type Found = (name: string) => string | undefined;

/** What came out, by `gen_ai.operation.name`. */
const outcomes: Readonly<Record<string, (found: Found) => string | undefined>> = {
  chat: (found) => {
    const written = found('gen_ai.usage.output_tokens');
    return written && `${found('gen_ai.usage.input_tokens') ?? '?'} tokens in, ${written} out`;
  },
  retrieval: (found) => `${found('jamie.retrieval.found') ?? 0} found`,
  invoke_agent: (found) => {
    const by = found('jamie.answered_by');
    return by && `answered by ${by}${found('jamie.degraded') === 'true' ? ', degraded' : ''}`;
  },
};

/** One readable line for a span: its name, what came out, and why it failed. Never any content. */
export function spanWords({ name, attributes, status }: ReadableSpan): string {
  const found: Found = (key) => {
    const value = attributes[key];
    return value === undefined ? undefined : String(value);
  };
  const outcome =
    outcomes[found('gen_ai.operation.name') ?? '']?.(found) ?? found('http.response.status_code');
  const failed =
    status.code === SpanStatusCode.ERROR ? `failed: ${found('error.type') ?? 'unknown'}` : undefined;
  const left = found('jamie.left_early') && 'left early';
  const details = [outcome, failed ?? left].filter(Boolean);
  return details.length === 0 ? name : `${name}: ${details.join(', ')}`;
}
