import type { SlackCalls, SlackWork } from '@jamie/slack';
import { SpanKind, type SpanOptions } from '@opentelemetry/api';
import { recordFailure, tracer } from './spans';

/** Opens a span around the work on each question asked in Slack: what is done for it stands below. */
export function traceSlackWork(slack: SlackWork): void {
  const answering = slack.answering.bind(slack);
  slack.answering = (ask, work) => {
    const attributes = { 'jamie.surface': 'slack', 'jamie.ask_id': ask.id };
    return inSpan(`slack ${ask.kind}`, { attributes }, () => answering(ask, work));
  };
}

/** Opens a span around each call to Slack's Web API. */
export function traceSlackCalls(slack: SlackCalls): void {
  const calling = slack.calling.bind(slack);
  slack.calling = (method, call) =>
    inSpan(`slack ${method}`, { kind: SpanKind.CLIENT, attributes: { 'jamie.slack.method': method } }, () =>
      calling(method, call),
    );
}

function inSpan<T>(name: string, options: SpanOptions, run: () => Promise<T>): Promise<T> {
  return tracer().startActiveSpan(name, options, async (span) => {
    try {
      return await run();
    } catch (thrown) {
      recordFailure(span, thrown);
      const code: unknown = thrown instanceof Error && 'code' in thrown ? thrown.code : undefined;
      if (typeof code === 'string') span.setAttribute('error.type', code);
      throw thrown;
    } finally {
      span.end();
    }
  });
}
