import { textField, type Json } from '../json';
import { tiers } from '../rate-limits';
import type { FileRecord } from '../world/model';
import { renderFile } from '../world/render';
import { threadRoot, writableChannel } from './access';
import { ApiError, invalidArguments } from './api-error';
import { byApp } from './chat';
import type { Method, MethodCall } from './method';

function getUploadUrl(call: MethodCall): Json {
  const { world, baseUrl, random } = call.slack;
  const lengthBytes = call.args.integer('length') ?? 0;
  if (lengthBytes <= 0) throw new ApiError('missing_argument');
  const name = call.args.text('filename');
  const file = { id: random.id('F'), name, title: name, mimetype: 'text/plain', lengthBytes, shared: false };
  world.files.set(file.id, file);
  return { upload_url: `${baseUrl}/upload/v1/${file.id}`, file_id: file.id };
}

/** The message with the file appears a little later than the answer (docs.slack.dev, working with files). */
function completeUpload(call: MethodCall): Json {
  const files = uploadedFiles(call);
  const channelId = call.args.optionalText('channel_id') ?? call.args.optionalText('channels');
  if (channelId !== undefined) share(call, channelId, files);
  return { files: files.map(renderFile) };
}

function uploadedFiles(call: MethodCall): FileRecord[] {
  const wanted = call.args.objects('files', 'invalid_arguments') ?? [];
  if (wanted.length === 0) throw invalidArguments('no less than 1 items allowed [json-pointer:/files]');
  return wanted.map((entry) => {
    const file = call.slack.world.files.get(textField(entry, 'id') ?? '');
    if (file?.content === undefined || file.shared) throw new ApiError('file_not_found');
    file.title = textField(entry, 'title') ?? file.name;
    return file;
  });
}

function share(call: MethodCall, channelId: string, files: readonly FileRecord[]): void {
  const channel = writableChannel(call, channelId);
  const threadTs = call.args.optionalText('thread_ts');
  if (threadTs !== undefined) threadRoot(call, channel, threadTs);
  for (const file of files) file.shared = true;
  const draft = {
    channelId: channel.id,
    via: 'files.completeUploadExternal',
    subtype: 'file_share',
    text: call.args.optionalText('initial_comment') ?? '',
    files,
    ...byApp(call),
    ...(threadTs === undefined ? {} : { threadTs }),
  };
  call.slack.timers.after(10, () => void call.slack.board.post(draft));
}

export const fileMethods: readonly Method[] = [
  {
    name: 'files.getUploadURLExternal',
    token: 'bot',
    scopes: ['files:write'],
    perMinute: tiers.tier4,
    required: ['filename', 'length'],
    optional: ['alt_txt', 'alt_text', 'snippet_type'],
    run: getUploadUrl,
  },
  {
    name: 'files.completeUploadExternal',
    token: 'bot',
    scopes: ['files:write'],
    perMinute: tiers.tier4,
    required: ['files'],
    optional: [
      'channel_id',
      'channels',
      'thread_ts',
      'initial_comment',
      'blocks',
      'icon_emoji',
      'icon_url',
      'username',
    ],
    run: completeUpload,
  },
];
