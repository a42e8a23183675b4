export { type Answer, type AnsweredBy, type Source, type Usage } from './answer';
export { type ChatEvent, type ChatPhase, type Question, type Surface } from './chat-event';
export { ConversationStore, type Turn } from './conversation';
export { DeliveryClaims } from './delivery-claims';
export { type DependencyName, type DependencyStatus } from './dependency';
export { JamieError, NothingCanAnswerError, sentenceOf } from './errors';
export { FeedbackBook, type Feedback, type Verdict } from './feedback';
export { type Lane, LanguageModel, type ModelEvent, type ModelMessage } from './language-model';
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
  type AnsweredQuestion,
  type BreakerState,
  type ModelAttempt,
} from './observers';
export { RunningAsks } from './running-asks';
export { RunbookSearch, type Runbook, type RunbookMatch, type RunbookSection } from './runbook';
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
