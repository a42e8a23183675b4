export { type Answer, type AnsweredBy, type Source, type Usage } from './answer';
export { type ChatEvent, type ChatPhase, type Question, type Surface } from './chat-event';
export { ConversationStore, type ConversationLimits, type Turn } from './conversation';
export { Claim, DeliveryClaims, type ClaimedAsk, type Delivery, type Orphan } from './delivery-claims';
export { type DependencyName, type DependencyStatus } from './dependency';
export { JamieError, NothingCanAnswerError, sentenceOf } from './errors';
export { FeedbackBook, type Feedback, type Verdict } from './feedback';
export { JoinedThreads } from './joined-threads';
export { type Lane, LanguageModel, type ModelEvent, type ModelMessage } from './language-model';
export { ModelPlaces, forgottenAfterMs } from './model-places';
export {
  ModelError,
  ModelRejectedError,
  isModelFailure,
  modelErrorCodes,
  type ModelErrorCode,
  type ModelFailure,
  type RejectionCode,
} from './model-error';
export {
  ChatObserver,
  FeedbackObserver,
  ModelObserver,
  RunbookObserver,
  StoreObserver,
  type AnsweredQuestion,
  type BreakerState,
  type ModelAttempt,
  type StoreOutcome,
} from './observers';
export { RateLimit, type RateRule } from './rate-limit';
export { RunningAsks } from './running-asks';
export { RunbookSearch, type Runbook, type RunbookMatch, type RunbookSection } from './runbook';
export { SharedState, Unshared } from './shared-state';
export {
  SlackObserver,
  slackApiMethods,
  slackCallOutcomes,
  slackRefusalReasons,
  type SlackApiMethod,
  type SlackAskKind,
  type SlackCallOutcome,
  type SlackRefusalReason,
  type SlackTransport,
} from './slack-observer';
