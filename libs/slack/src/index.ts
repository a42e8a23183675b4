export { SlackGate } from './slack-gate';
export { SlackModule } from './slack.module';
export { SlackCalls, SlackWork, type TakenAsk } from './watched';
export { type SlackOptions, type SlackSettings } from './slack-options';
export { type SlackFact, type SlackTokens, examineSlack } from './transport/examination';
