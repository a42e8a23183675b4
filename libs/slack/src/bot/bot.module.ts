import { type DynamicModule, Module, type OnModuleInit, type Provider } from '@nestjs/common';
import { ChatModule } from '@jamie/chat';
import { DeliveryClaims, JoinedThreads, RunningAsks, SharedState, SlackObserver } from '@jamie/core';
import { SlackModule as BoltModule, SlackService } from 'nestjs-slack-bolt';
import { Admittance } from '../asks/admittance';
import { AskDesk, DeskTools } from '../asks/ask-desk';
import { AskJournal } from '../asks/ask-journal';
import { Conversation } from '../asks/conversation';
import { LocalDeliveryClaims } from '../asks/local-delivery-claims';
import { LocalJoinedThreads } from '../asks/local-joined-threads';
import { Participation } from '../asks/participation';
import { Recovery, RecoveryMeans } from '../asks/recovery';
import { Threads } from '../asks/threads';
import { Features } from '../delivery/features';
import { MessageTools } from '../delivery/message-tools';
import { Posting } from '../delivery/posting';
import { SlackApi } from '../delivery/slack-api';
import { Uploads } from '../delivery/uploads';
import { FeedbackButtons } from '../handlers/feedback-buttons';
import { SideEvents } from '../handlers/side-events';
import { SlackController } from '../handlers/slack.controller';
import { HomeTab, HomeTools } from '../home/home-tab';
import { type ActiveSlackOptions, SLACK_OPTIONS } from '../slack-options';
import { Admission } from '../transport/admission';
import { Dispatcher } from '../transport/dispatcher';
import { HttpReceiver } from '../transport/http-receiver';
import { IdentityCheck } from '../transport/identity';
import { SlackHealth } from '../transport/slack-health';
import { SocketReceiver } from '../transport/socket-receiver';
import { acknowledge } from './acknowledge';
import { boltOptions } from './bolt-options';
import { GatewayHealth, SLACK_RECEIVER, SlackGateway } from './slack-gateway';

export { SlackGateway };

const providers: Provider[] = [
  AskJournal,
  LocalDeliveryClaims,
  {
    provide: DeliveryClaims,
    useFactory: (shared: SharedState, local: LocalDeliveryClaims) => shared.claims(local),
    inject: [SharedState, LocalDeliveryClaims],
  },
  LocalJoinedThreads,
  {
    provide: JoinedThreads,
    useFactory: (shared: SharedState, local: LocalJoinedThreads) => shared.threads(local),
    inject: [SharedState, LocalJoinedThreads],
  },
  Admission,
  Dispatcher,
  SlackHealth,
  SlackApi,
  IdentityCheck,
  Features,
  Posting,
  Uploads,
  MessageTools,
  Conversation,
  Participation,
  Admittance,
  Threads,
  DeskTools,
  AskDesk,
  HomeTools,
  HomeTab,
  SideEvents,
  FeedbackButtons,
  Recovery,
  RecoveryMeans,
  GatewayHealth,
  {
    provide: SLACK_RECEIVER,
    useFactory: receiverFor,
    inject: [SLACK_OPTIONS, Dispatcher, SlackHealth, SlackObserver, RunningAsks],
  },
  SlackGateway,
];

/** Everything of the bot but its handlers. */
@Module({})
class BotPartsModule {
  static forRoot(options: ActiveSlackOptions): DynamicModule {
    const given = { provide: SLACK_OPTIONS, useValue: options };
    return {
      module: BotPartsModule,
      imports: [ChatModule],
      providers: [given, ...providers],
      exports: [given, ...providers],
    };
  }
}

/** The handlers, put together with Bolt. */
@Module({})
export class BotModule implements OnModuleInit {
  static forRoot(options: ActiveSlackOptions): DynamicModule {
    const parts = BotPartsModule.forRoot(options);
    const bolt = BoltModule.forRootAsync({
      imports: [parts],
      inject: [SLACK_RECEIVER],
      useFactory: (receiver: HttpReceiver | SocketReceiver) => boltOptions(options, receiver),
    });
    return {
      module: BotModule,
      imports: [parts, bolt],
      // nestjs-slack-bolt looks for controllers, Nest's guards and interceptors for providers.
      controllers: [SlackController],
      providers: [SlackController],
      exports: [parts],
    };
  }

  constructor(private readonly bolt: SlackService) {}

  onModuleInit(): void {
    this.bolt.app.use(acknowledge);
    // The dispatcher learns of it, and lets the delivery come again.
    this.bolt.app.error(async (error) => {
      throw error;
    });
  }
}

// Nest's factories take their dependencies one by one.
// oxlint-disable-next-line max-params
function receiverFor(
  options: ActiveSlackOptions,
  dispatcher: Dispatcher,
  health: SlackHealth,
  observer: SlackObserver,
  runningAsks: RunningAsks,
): HttpReceiver | SocketReceiver {
  if (options.mode === 'http') return new HttpReceiver({ ...options, dispatcher, observer, runningAsks });
  return new SocketReceiver({ ...options, dispatcher, health, observer, runningAsks });
}
