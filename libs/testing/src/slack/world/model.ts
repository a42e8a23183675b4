import type { Json } from '../json';

export interface Team {
  readonly id: string;
  readonly name: string;
  readonly domain: string;
}

export interface User {
  /** The name by which tests call them. */
  readonly key: string;
  readonly id: string;
  readonly teamId: string;
  readonly realName: string;
  deleted: boolean;
  /** Multi-channel guest. */
  readonly restricted: boolean;
  /** Single-channel guest. */
  readonly ultraRestricted: boolean;
  readonly botId?: string;
  readonly appId?: string;
}

export type ChannelKind = 'public' | 'private' | 'im' | 'mpim';

export interface Channel {
  readonly id: string;
  readonly name: string;
  readonly kind: ChannelKind;
  readonly members: Set<string>;
  archived: boolean;
  readOnly: boolean;
  threadsLocked: boolean;
  extShared: boolean;
  pendingExtShared: boolean;
}

export interface FileRecord {
  readonly id: string;
  readonly name: string;
  title: string;
  readonly mimetype: string;
  readonly lengthBytes: number;
  content?: Buffer;
  shared: boolean;
}

interface Edited {
  readonly user: string;
  readonly ts: string;
}

export type StreamState = 'in_progress' | 'completed' | 'expired' | 'stopped';

export interface Task {
  readonly id: string;
  title: string;
  status: string;
  details: string;
  output: string;
  sources: readonly Json[];
}

export interface StreamRecord {
  state: StreamState;
  readonly startedAtMs: number;
  touchedAtMs: number;
  mode?: 'markdown_text' | 'chunks';
  planTitle?: string;
  readonly tasks: Map<string, Task>;
  readonly appendedAtMs: number[];
  /** Blocks sent in chunks; those of stopStream are counted apart. */
  chunkBlocks: number;
  /** chat.update has put something else in its place. */
  rewritten: boolean;
}

export interface Message {
  readonly channelId: string;
  readonly ts: string;
  readonly threadTs?: string;
  readonly userId?: string;
  readonly botId?: string;
  readonly appId?: string;
  readonly username?: string;
  readonly teamId: string;
  /** Posted by the app under test. */
  readonly own: boolean;
  readonly subtype?: string;
  /** By which call or act it came into the world. */
  readonly via: string;
  readonly createdAtMs: number;
  /** Only this user sees it. */
  readonly visibleTo?: string;
  readonly responseUrlId?: string;
  readonly broadcast?: boolean;
  readonly stream?: StreamRecord;
  text: string;
  /** The text is standard Markdown, not mrkdwn. */
  markdown: boolean;
  blocks: readonly Json[];
  attachments: readonly Json[];
  metadata?: Json;
  edited?: Edited;
  deleted: boolean;
  readonly files: readonly FileRecord[];
  readonly reactions: Map<string, Set<string>>;
  /** What it said before it was updated or deleted, oldest first. */
  readonly earlier: MessageVersion[];
}

export type MessageVersion = Pick<Message, 'text' | 'blocks' | 'attachments'> & {
  readonly tasks: readonly Task[];
};

export type MessageDraft = Pick<Message, 'channelId' | 'via' | 'text'> &
  Partial<
    Pick<
      Message,
      | 'threadTs'
      | 'userId'
      | 'botId'
      | 'appId'
      | 'username'
      | 'teamId'
      | 'own'
      | 'subtype'
      | 'visibleTo'
      | 'responseUrlId'
      | 'broadcast'
      | 'stream'
      | 'markdown'
      | 'blocks'
      | 'attachments'
      | 'metadata'
      | 'files'
    >
  >;

export interface View {
  readonly id: string;
  readonly userId: string;
  readonly content: Json;
  readonly hash: string;
}
