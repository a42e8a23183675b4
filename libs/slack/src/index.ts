export { SlackGate } from './slack-gate';
export { SlackModule } from './slack.module';
export { type SlackOptions, type SlackSettings } from './slack-options';
