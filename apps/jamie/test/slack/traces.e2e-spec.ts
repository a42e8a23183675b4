import { OtlpReceiver, ollamaAnswer, type ReceivedSpan } from '@jamie/testing';
import { type SlackTeam, type Transport, patienceMs, startTeam } from './slack-team';

jest.setTimeout(3 * patienceMs);

describe.each<Transport>(['http', 'socket'])('the spans of a question asked over %s', (transport) => {
  let collector: OtlpReceiver;
  let team: SlackTeam;
  let telemetry: Record<string, string>;

  beforeAll(async () => {
    collector = await OtlpReceiver.start();
    telemetry = { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, OTEL_BSP_SCHEDULE_DELAY: '20' };
    // OpenTelemetry's own exporters read the environment of the process.
    Object.assign(process.env, telemetry);
    team = await startTeam(transport, { environment: telemetry });
  });
  afterAll(async () => {
    await team.close();
    for (const name of Object.keys(telemetry)) delete process.env[name];
    await collector.stop();
  });

  const spansOf = (traceId: string): readonly ReceivedSpan[] =>
    collector.spans.filter((span) => span.traceId === traceId);

  it('are one tree: the question, its answer, the model, and every call to Slack', async () => {
    team.ollama.script(ollamaAnswer(['the answer-', 'marker']));
    const asked = team.slack.as('engineer').mention('ops', 'the question-marker');
    await team.answer(asked, 'answer-marker');
    await team.settled();
    await collector.until(() => collector.spanNamed('slack mention') !== undefined);
    const question = collector.spanNamed('slack mention');
    const below = spansOf(question?.traceId ?? '').filter(
      ({ parentSpanId }) => parentSpanId === question?.spanId,
    );
    expect(question?.attributes).toMatchObject({
      'jamie.surface': 'slack',
      'jamie.ask_id': `T1:C0OPS:${asked.ts}`,
    });
    const agent = below.find(({ name }) => name === 'invoke_agent jamie');
    expect(agent?.attributes['jamie.answer_id']).toEqual(expect.any(String));
    const calls = below.filter(({ name }) => name.startsWith('slack '));
    expect(calls.map(({ name }) => name)).toEqual(
      expect.arrayContaining([
        'slack users.info',
        'slack assistant.threads.setStatus',
        'slack chat.postMessage',
      ]),
    );
    expect(new Set(calls.map(({ kind }) => kind))).toEqual(new Set(['CLIENT']));
    const model = spansOf(question?.traceId ?? '').find(({ name }) => name === 'chat bruno-sre');
    expect(model?.parentSpanId).toBe(agent?.spanId);
    const above = collector.spans.find(({ spanId }) => spanId === question?.parentSpanId);
    expect(above?.name).toBe(transport === 'http' ? 'POST /slack/events' : undefined);
    expect(collector.everything).not.toMatch(/-marker|xoxb-|xapp-|stand-in-signing-secret/);
  });

  it('name what Slack said was wrong', async () => {
    team.slack.fail('chat.postMessage', { type: 'error', error: 'internal_error' }, { times: 1 });
    await team.answer(team.slack.as('engineer').mention('ops', 'and now?'), 'marker');
    const failed = () =>
      collector.spans.find(({ attributes }) => attributes['error.type'] === 'internal_error');
    await collector.until(() => failed() !== undefined);
    expect(failed()).toMatchObject({ name: 'slack chat.postMessage', status: { code: 'ERROR' } });
  });
});
