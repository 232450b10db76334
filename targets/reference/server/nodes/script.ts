/**
 * What the nodes share, kept in Redis by one Lua script: every change is decided there once, and the
 * news of it is published by the same run, so that all nodes hear of all changes in one order.
 *
 * A node states what it holds ("three subscriptions to orders", "ana is here"), never a difference,
 * so that a statement may be repeated when nobody knows whether it arrived. A user is present while
 * any node says so.
 *
 * Keys of an app, below `KEYS[1]`, which holds a hash tag so that all lie in one slot of a cluster:
 *
 *     nodes             id of each node → when its lease ends (sorted set)
 *     heard             when the last node renewed its lease
 *     subs:NODE         channel → the node's subscriptions to it
 *     occupied          channel → subscriptions on all nodes
 *     present:CHANNEL   user → ids of the nodes that have the user, joined by commas
 *     info:CHANNEL      user → user info, as JSON text
 *     online            signed-in user → ids of nodes, joined by commas
 *     online:NODE       users signed in on the node
 *     slots             node → connections that count toward the quota
 *     cache:CHANNEL     the last event of a cache channel
 *     departures        webhooks that wait whether somebody comes back → when they are due
 *     webhooks          webhook events in the order they happened, for the teller to take
 *     teller            the node that sends webhooks, while its lease lasts
 *     quiet:CHANNEL     there while further cache misses make no webhook
 */

/** The answer of a run by a node that holds no lease (any more): nothing was changed. */
export const UNKNOWN_NODE = "unknown";

/** The answer to a member that would be one too many. */
export const FULL = "full";

export const SCRIPT = `
local prefix, op, node = KEYS[1], ARGV[1], ARGV[2]
local hooks, delay, counts = ARGV[3] == "1", tonumber(ARGV[4]), ARGV[5] == "1"
local rest = {unpack(ARGV, 6)}
local time = redis.call("TIME")
local now = time[1] * 1000 + math.floor(time[2] / 1000)

local function key(...) return prefix .. ":" .. table.concat({...}, ":") end
local function tell(...) redis.call("PUBLISH", prefix, cjson.encode({...})) end

-- Lists of nodes, joined by commas.
local function holds(list, id) return ("," .. list .. ","):find("," .. id .. ",", 1, true) ~= nil end
local function claim(hash, field, id)
  local list = redis.call("HGET", hash, field)
  if list and holds(list, id) then return false end
  redis.call("HSET", hash, field, list and (list .. "," .. id) or id)
  return not list
end
local function release(hash, field, id)
  local list = redis.call("HGET", hash, field)
  if not list or not holds(list, id) then return false end
  local left = {}
  for other in list:gmatch("[^,]+") do
    if other ~= id then left[#left + 1] = other end
  end
  if #left > 0 then
    redis.call("HSET", hash, field, table.concat(left, ","))
    return false
  end
  redis.call("HDEL", hash, field)
  return true
end

local function hook(event)
  if not hooks then return end
  redis.call("RPUSH", key("webhooks"), event)
  tell("webhooks")
end
-- Who is back soon never left: the two make no webhook.
local function departed(name, channel, user, at)
  if hooks then redis.call("ZADD", key("departures"), at + delay, cjson.encode({name, channel, user})) end
end
local function returned(name, channel, user, event)
  if not hooks then return end
  local gone = cjson.encode({name, channel, user})
  if redis.call("ZREM", key("departures"), gone) == 0 then hook(cjson.encode(event)) end
end
local function due()
  local gone = redis.call("ZRANGEBYSCORE", key("departures"), "-inf", now)
  for _, item in ipairs(gone) do
    redis.call("ZREM", key("departures"), item)
    local name, channel, user = unpack(cjson.decode(item))
    hook(cjson.encode({name = name, channel = channel, user_id = user ~= "" and user or nil}))
  end
end

-- The subscriptions of one node to a channel; true when the sum is another now.
local function count(id, channel, held)
  local before = tonumber(redis.call("HGET", key("occupied"), channel) or 0)
  local mine = tonumber(redis.call("HGET", key("subs", id), channel) or 0)
  local after = before - mine + held
  if held == 0 then redis.call("HDEL", key("subs", id), channel)
  else redis.call("HSET", key("subs", id), channel, held) end
  if after == 0 then redis.call("HDEL", key("occupied"), channel)
  else redis.call("HSET", key("occupied"), channel, after) end
  return before, after
end
local function tellCount(channel, before, after)
  if not counts or before == after or channel:sub(1, 9) == "presence-" then return end
  tell("count", channel, after)
  hook(cjson.encode({name = "subscription_count", channel = channel, subscription_count = after}))
end
local function leave(id, channel, held, user, lost)
  local before, after = count(id, channel, held)
  local removed = user ~= "" and release(key("present", channel), user, id)
  if removed then
    redis.call("HDEL", key("info", channel), user)
    tell("removed", channel, user, lost or "")
  end
  tellCount(channel, before, after)
  if removed then departed("member_removed", channel, user, now) end
  if before > 0 and after == 0 then departed("channel_vacated", channel, "", now + 0.5) end
end
local function offline(id, user)
  redis.call("SREM", key("online", id), user)
  if release(key("online"), user, id) then tell("offline", user) end
end
local function forget(id)
  for _, channel in ipairs(redis.call("HKEYS", key("subs", id))) do
    local present = redis.call("HGETALL", key("present", channel))
    for at = 1, #present, 2 do
      if holds(present[at + 1], id) then
        leave(id, channel, tonumber(redis.call("HGET", key("subs", id), channel) or 0), present[at], id)
      end
    end
    leave(id, channel, 0, "")
  end
  for _, user in ipairs(redis.call("SMEMBERS", key("online", id))) do offline(id, user) end
  redis.call("HDEL", key("slots"), id)
  redis.call("ZREM", key("nodes"), id)
  if redis.call("GET", key("teller")) == id then redis.call("DEL", key("teller")) end
end
local function connections()
  local sum = 0
  for _, held in ipairs(redis.call("HVALS", key("slots"))) do sum = sum + tonumber(held) end
  return sum
end

local ops = {}

-- A new node, perhaps in the place of an old one whose statements it has all repeated.
function ops.join(lease)
  redis.call("ZADD", key("nodes"), now + lease, node)
  return "ok"
end
function ops.forget() forget(node) return "ok" end

-- Renews the lease, ends those that have run out, and answers whether the node sends webhooks.
-- Where none was heard for long, it was Redis that was silent, and all get a new lease.
function ops.beat(lease)
  local heard = tonumber(redis.call("GET", key("heard")) or 0)
  redis.call("SET", key("heard"), now)
  if now - heard > lease / 2 then
    for _, id in ipairs(redis.call("ZRANGE", key("nodes"), 0, -1)) do
      redis.call("ZADD", key("nodes"), now + lease, id)
    end
  end
  redis.call("ZADD", key("nodes"), now + lease, node)
  for _, id in ipairs(redis.call("ZRANGEBYSCORE", key("nodes"), "-inf", now)) do forget(id) end
  due()
  if not hooks then return "ok" end
  redis.call("SET", key("teller"), node, "NX", "PX", lease)
  if redis.call("GET", key("teller")) ~= node then return "ok" end
  redis.call("PEXPIRE", key("teller"), lease)
  return "teller"
end

-- A subscription, or a statement of what a node holds that had another id before: the last argument.
function ops.enter(channel, held, user, info, most, except, inbox, question, cache, old)
  local present = key("present", channel)
  if user ~= "" and redis.call("HEXISTS", present, user) == 0
    and redis.call("HLEN", present) >= tonumber(most) then
    redis.call("PUBLISH", inbox, cjson.encode({"answer", question, "full"}))
    return "ok"
  end
  local before, after
  if old then
    before = count(old, channel, 0)
    local _, sum = count(node, channel, tonumber(held))
    after = sum
  else
    before, after = count(node, channel, tonumber(held))
  end
  local added = user ~= "" and claim(present, user, node)
  if added then redis.call("HSET", key("info", channel), user, info) end
  local cached = cache == "1" and redis.call("GET", key("cache", channel))
  if inbox ~= "" then
    local members = user ~= "" and redis.call("HGETALL", key("info", channel)) or {}
    redis.call("PUBLISH", inbox, cjson.encode({"answer", question, members, cached, added}))
  end
  if before == 0 and after > 0 then
    returned("channel_vacated", channel, "", {name = "channel_occupied", channel = channel})
  end
  if added then
    tell("added", channel, user, info, except)
    returned("member_removed", channel, user,
      {name = "member_added", channel = channel, user_id = user})
  end
  if inbox ~= "" and cache == "1" and not cached and hooks
    and redis.call("SET", key("quiet", channel), 1, "NX", "PX", 1000) then
    hook(cjson.encode({name = "cache_miss", channel = channel}))
  end
  tellCount(channel, before, after)
  return "ok"
end

function ops.leave(channel, held, user) leave(node, channel, tonumber(held), user) return "ok" end

function ops.online(user, except, inbox, question, ...)
  redis.call("SADD", key("online", node), user)
  local came = claim(key("online"), user, node)
  if inbox ~= "" then
    local here = {}
    for _, watched in ipairs({...}) do
      if redis.call("HEXISTS", key("online"), watched) == 1 then here[#here + 1] = watched end
    end
    redis.call("PUBLISH", inbox, cjson.encode({"answer", question, here}))
  end
  if came then tell("online", user, except) end
  return "ok"
end
function ops.offline(user) offline(node, user) return "ok" end

function ops.slots(held, quota, old)
  if old then redis.call("HDEL", key("slots"), old) end
  local mine = tonumber(redis.call("HGET", key("slots"), node) or 0)
  if quota ~= "0" and connections() - mine + tonumber(held) > tonumber(quota) then return "full" end
  redis.call("HSET", key("slots"), node, held)
  return "ok"
end
function ops.connections() return connections() end

function ops.remember(channel, event, ttl, news)
  redis.call("SET", key("cache", channel), event, "PX", ttl)
  redis.call("PUBLISH", prefix, news)
  return "ok"
end
function ops.recall(channel)
  local event = redis.call("GET", key("cache", channel))
  return event and {event, redis.call("PTTL", key("cache", channel))}
end

function ops.channels(wanted)
  local found = {}
  for _, channel in ipairs(redis.call("HKEYS", key("occupied"))) do
    if channel:sub(1, #wanted) == wanted then found[#found + 1] = channel end
  end
  local counts = {}
  for _, channel in ipairs(found) do
    counts[#counts + 1] = {channel, redis.call("HGET", key("occupied"), channel), redis.call("HLEN", key("present", channel))}
  end
  return counts
end
function ops.count(channel)
  return {redis.call("HGET", key("occupied"), channel) or "0", redis.call("HLEN", key("present", channel))}
end
function ops.users(channel) return redis.call("HKEYS", key("present", channel)) end

-- Who is present, in the order of the news.
function ops.members(channel, inbox, question)
  redis.call("PUBLISH", inbox, cjson.encode({"answer", question, redis.call("HGETALL", key("info", channel)),
    redis.call("HGET", key("occupied"), channel) or "0"}))
  return "ok"
end

function ops.hook(event) hook(event) return "ok" end
function ops.due() due() return "ok" end
function ops.take()
  if redis.call("GET", key("teller")) ~= node then return {} end
  local events = redis.call("LRANGE", key("webhooks"), 0, -1)
  redis.call("DEL", key("webhooks"))
  return events
end

-- Only a node that holds a lease may state what it holds, or nobody would ever end it.
local stating = {beat = true, enter = true, leave = true, online = true, offline = true, slots = true}
if stating[op] and not redis.call("ZSCORE", key("nodes"), node) then return "unknown" end
return ops[op](unpack(rest))
`;
