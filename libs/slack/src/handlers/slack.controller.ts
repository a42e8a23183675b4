import { Controller, type OnModuleInit, UseFilters, UseGuards, UseInterceptors } from '@nestjs/common';
import { ExternalContextCreator } from '@nestjs/core';
import { Action, Command, Event, Shortcut } from 'nestjs-slack-bolt';
import { AskDesk, type AskOutcome } from '../asks/ask-desk';
import { runThroughNest } from '../bot/run-through-nest';
import { AdmittanceGuard } from './admittance.guard';
import { AskInterceptor } from './ask.interceptor';
import { FeedbackButtons } from './feedback-buttons';
import { type HandlerArguments, admittedIn } from './handler-arguments';
import { RefusalFilter } from './refusal.filter';
import { SideEvents } from './side-events';

/** Names in slack/manifest.json. */
const askShortcut = 'ask_jamie';
const askCommand = '/ask-jamie';

/** The package's type knows the events of an older Slack. */
// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the decorator takes any name
const NewerEvent = Event as (name: string) => ReturnType<typeof Event>;

/** Everything that comes from Slack. Bolt has acknowledged it by then; each handler runs until its answer has arrived. */
@Controller()
@UseGuards(AdmittanceGuard)
@UseInterceptors(AskInterceptor)
@UseFilters(RefusalFilter)
export class SlackController implements OnModuleInit {
  constructor(
    private readonly desk: AskDesk,
    private readonly sideEvents: SideEvents,
    private readonly feedbackButtons: FeedbackButtons,
    private readonly contexts: ExternalContextCreator,
  ) {}

  onModuleInit(): void {
    runThroughNest(this, this.contexts);
  }

  @Event('app_mention')
  mention(given: HandlerArguments): Promise<AskOutcome | undefined> {
    return this.ask(given);
  }

  @Event('message')
  async message(given: HandlerArguments): Promise<AskOutcome | undefined> {
    if (admittedIn(given).ask === undefined) this.sideEvents.deleted(given.body);
    return this.ask(given);
  }

  @Command(askCommand)
  command(given: HandlerArguments): Promise<AskOutcome | undefined> {
    return this.ask(given);
  }

  @Shortcut(askShortcut)
  shortcut(given: HandlerArguments): Promise<AskOutcome | undefined> {
    return this.ask(given);
  }

  @Action('jamie_feedback')
  async feedback({ body }: HandlerArguments): Promise<void> {
    await this.feedbackButtons.pressed(body);
  }

  @Event('app_home_opened')
  async tabOpened({ body }: HandlerArguments): Promise<void> {
    await this.sideEvents.tabOpened(body);
  }

  @Event('assistant_thread_started')
  async threadStarted({ body }: HandlerArguments): Promise<void> {
    await this.sideEvents.threadStarted(body);
  }

  @NewerEvent('agent_session_stopped')
  sessionStopped({ body }: HandlerArguments): void {
    this.sideEvents.stopped(body);
  }

  @Event('app_uninstalled')
  uninstalled(): void {
    this.sideEvents.uninstalled();
  }

  @Event('tokens_revoked')
  revoked({ body }: HandlerArguments): void {
    this.sideEvents.revoked(body);
  }

  private async ask(given: HandlerArguments): Promise<AskOutcome | undefined> {
    const { ask, claim } = admittedIn(given);
    return ask === undefined ? undefined : this.desk.answer(ask, claim);
  }
}
