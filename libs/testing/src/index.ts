export {
  ollamaAnswer,
  ollamaRefusal,
  type AnswerBehaviour,
  type ChatBody,
  type Ending,
  type Framing,
  type OllamaBehaviour,
  type OllamaScript,
} from './ollama/behaviour';
export { ollamaFailures } from './ollama/failures';
export { type Journal as OllamaJournal, type JournalEntry as OllamaJournalEntry } from './ollama/journal';
export { startOllamaProcess, type OllamaProcess } from './ollama/ollama-process';
export { OllamaStandIn } from './ollama/ollama-stand-in';
export { RecordingModelObserver } from './ollama/recording-model-observer';
export { type OllamaStandInOptions } from './ollama/stand-in-options';
export { describeConversationStore } from './contracts/conversation-store';
export { describeDeliveryClaims, newDelivery } from './contracts/delivery-claims';
export { describeJoinedThreads } from './contracts/joined-threads';
export { describeRateLimit } from './contracts/rate-limit';
export { RedisServer } from './redis/redis-server';
export { MemoryClaims } from './fakes/memory-claims';
export { RecordingStoreObserver } from './fakes/recording-store-observer';
export { FixedRunbooks, exampleRunbook } from './fakes/fixed-runbooks';
export { type Script, ScriptedModel, answering } from './fakes/scripted-model';
export { type NetworkFault, type NetworkFaultKind } from './fault-proxy/fault';
export { FaultProxy, type FaultProxyOptions } from './fault-proxy/fault-proxy';
export { type Samples, parseMetrics, sumOf } from './metrics-text';
export { Random } from './random';
export { type Said, type SayOptions } from './slack/actor';
export { type Ask as SlackAsk } from './slack/asks';
export {
  type Delivery as SlackDelivery,
  type DeliveryPlan as SlackDeliveryPlan,
} from './slack/events/delivery';
export { type Fault as SlackFault, type PlannedFault as PlannedSlackFault } from './slack/faults';
export { type Interaction as SlackInteraction } from './slack/interactor';
export { type ApiCall as SlackApiCall } from './slack/journal';
export { type SlackStandInOptions, type Timing as SlackTiming } from './slack/options';
export { probeKinds, type ProbeKind, type ProbeResult } from './slack/probes';
export { SlackStandIn } from './slack/slack-stand-in';
export { type Line as SlackLine } from './slack/transcript';
export { type Finding as SlackFinding } from './slack/verdict/finding';
export { type OtlpBehaviour, OtlpReceiver, type OtlpRequest, type ReceivedSpan } from './otlp/otlp-receiver';
export { type WireMetric as ReceivedMetric } from './otlp/wire';
export { describeTimeBounds } from './contracts/time-bounds';
