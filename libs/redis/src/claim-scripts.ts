import { script } from './script';

/**
 * Who answers an ask is one entry of the hash of open asks: { owner, token, thread, order, record, keys, atMs }. The
 * token grows with each new owner; whoever comes with an older one has no say any more. The owner is gone when its key
 * `replica:<id>` is.
 */
const common = `
local claimPrefix, openAsks, fence = KEYS[1], KEYS[2], KEYS[3]
local threadPrefix, turnPrefix, replicaPrefix = KEYS[4], KEYS[5], KEYS[6]
local dayMs, hourMs = 86400000, 3600000

local function lives(owner) return redis.call('EXISTS', replicaPrefix .. owner) == 1 end

local function entryOf(id)
  local text = redis.call('HGET', openAsks, id)
  return text and cjson.decode(text)
end

local function take(ask, owner)
  ask.owner = owner
  ask.token = redis.call('INCR', fence)
  redis.call('PEXPIRE', fence, 30 * dayMs)
  redis.call('HSET', openAsks, ask.id, cjson.encode(ask))
  redis.call('PEXPIRE', openAsks, dayMs)
  if ask.thread then
    redis.call('ZADD', threadPrefix .. ask.thread, 0, ask.order .. '|' .. ask.id)
    redis.call('PEXPIRE', threadPrefix .. ask.thread, hourMs)
  end
  return ask.token
end

local function drop(ask)
  redis.call('HDEL', openAsks, ask.id)
  if not ask.thread then return end
  redis.call('ZREM', threadPrefix .. ask.thread, ask.order .. '|' .. ask.id)
  if redis.call('GET', turnPrefix .. ask.thread) == ask.id then redis.call('DEL', turnPrefix .. ask.thread) end
end

local function mark(names, word)
  for _, name in ipairs(names) do redis.call('SET', claimPrefix .. name, word, 'PX', dayMs) end
end
`;

/** 0: one of the keys was taken before. Otherwise the token. ARGV: owner, lease, delivery. */
export const claim = script(`${common}
local given = cjson.decode(ARGV[3])
for _, name in ipairs(given.keys) do
  if redis.call('EXISTS', claimPrefix .. name) == 1 then return 0 end
end
mark(given.keys, 'open')
if not given.id then return 1 end
redis.call('SET', replicaPrefix .. ARGV[1], '1', 'PX', ARGV[2])
return take(given, ARGV[1])
`);

/** 1: done. 0: somebody else owns the ask by now. ARGV: token, delivery, word for the keys; empty: they are free. */
export const close = script(`${common}
local given = cjson.decode(ARGV[2])
if given.id then
  local ask = entryOf(given.id)
  if ask and ask.token ~= tonumber(ARGV[1]) then return 0 end
  drop(given)
end
if ARGV[3] ~= '' then
  mark(given.keys, ARGV[3])
else
  for _, name in ipairs(given.keys) do redis.call('DEL', claimPrefix .. name) end
end
return 1
`);

/**
 * Tells Redis what this replica has, after it was away or has lost its data. ARGV: owner, lease, list of { delivery,
 * token, state, turn }. For each: its token, 0 when another replica has it, or -1 when it is done.
 */
export const share = script(`${common}
local owner, answers = ARGV[1], {}
redis.call('SET', replicaPrefix .. owner, '1', 'PX', ARGV[2])

local function shareOpen(given)
  local ask = entryOf(given.id)
  if ask and ask.owner == owner then return ask.token end
  if ask and lives(ask.owner) then return 0 end
  local last = claimPrefix .. given.keys[#given.keys]
  if not ask and redis.call('GET', last) == 'done' then return -1 end
  mark(given.keys, 'open')
  local token = take(given, owner)
  if given.turn then redis.call('SET', turnPrefix .. given.thread, given.id, 'NX', 'PX', hourMs) end
  return token
end

local function shareDone(given)
  local ask = given.id and entryOf(given.id)
  if ask and ask.token ~= given.token then return 0 end
  if ask then drop(ask) end
  mark(given.keys, 'done')
  return -1
end

for i, given in ipairs(cjson.decode(ARGV[3])) do
  if given.state == 'open' and given.id then answers[i] = shareOpen(given)
  else answers[i] = shareDone(given) end
end
return answers
`);

/** 1: all earlier asks of the thread are done, or belong to nobody. ARGV: id, thread. */
export const turn = script(`${common}
local id, turnKey, threadKey = ARGV[1], turnPrefix .. ARGV[2], threadPrefix .. ARGV[2]
local holder = redis.call('GET', turnKey)
if holder == id then return 1 end
if holder and redis.call('HEXISTS', openAsks, holder) == 1 then return 0 end
while true do
  local first = redis.call('ZRANGE', threadKey, 0, 0)[1]
  local firstId = first and string.match(first, '^[^|]*|(.*)$')
  if not first or firstId == id then
    redis.call('SET', turnKey, id, 'PX', hourMs)
    return 1
  end
  if redis.call('HEXISTS', openAsks, firstId) == 1 then return 0 end
  redis.call('ZREM', threadKey, first)
end
`);

/**
 * Asks whose owner is gone, or does not know of them because the answer to its claim was lost. At most so many; from now
 * on they are the new owner's. ARGV: owner, lease, limit, list of the ids that the new owner knows.
 */
export const takeOver = script(`${common}
local owner, limit, taken, known = ARGV[1], tonumber(ARGV[3]), {}, {}
for _, id in ipairs(cjson.decode(ARGV[4])) do known[id] = true end
redis.call('SET', replicaPrefix .. owner, '1', 'PX', ARGV[2])
local entries = redis.call('HGETALL', openAsks)
for i = 2, #entries, 2 do
  local ask = cjson.decode(entries[i])
  if #taken < limit and not known[ask.id] and (ask.owner == owner or not lives(ask.owner)) then
    take(ask, owner)
    taken[#taken + 1] = cjson.encode(ask)
  end
end
return taken
`);
