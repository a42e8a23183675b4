import type { RunbookMatch, RunbookSearch } from '@jamie/core';
import type { Span } from '@opentelemetry/api';
import { recordFailure, tracer } from './spans';

/** Opens a span around each search in the runbooks. The query goes into it only where content is wanted. */
export function traceRunbooks(runbooks: RunbookSearch, content: boolean): void {
  const search = runbooks.search.bind(runbooks);
  runbooks.search = (query, limit) => {
    const attributes = {
      'gen_ai.operation.name': 'retrieval',
      'gen_ai.data_source.id': 'runbooks',
      'gen_ai.retrieval.top_k': limit,
      ...(content && { 'gen_ai.retrieval.query.text': query }),
    };
    return tracer().startActiveSpan('retrieval runbooks', { attributes }, (span) => {
      try {
        return describe(span, search(query, limit));
      } catch (thrown) {
        recordFailure(span, thrown);
        throw thrown;
      } finally {
        span.end();
      }
    });
  };
}

function describe(span: Span, matches: readonly RunbookMatch[]): readonly RunbookMatch[] {
  span.setAttributes({
    'jamie.retrieval.found': matches.length,
    'jamie.retrieval.runbooks': matches.map(({ runbook }) => runbook.path),
    ...(matches[0] && { 'jamie.retrieval.top_score': matches[0].score }),
  });
  return matches;
}
