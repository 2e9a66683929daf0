/** What Redis does in one go. Texts in Lua: Redis runs nothing else. Each touches keys of one hash tag if asked for objects of one bucket. */

/**
 * Reads entries. KEYS: of each object its entry; then the indexes that they are in, each once. ARGV: who we are (a tool: nothing); of each
 * index `1` if we have been told of it before; the text about the objects, of each four characters: which index, which place (two digits), and
 * `1` if we or the object itself know that there was something, digits being counted from `0` to 63; then the places. Answers of each the
 * entry, or `?1` (there was one, and it is lost), or `?0` (never); and then, if there are such, which indexes are lost and which are not
 * complete, a digit each, with a space in between.
 *
 * An index has of each object where it is, with a `-` before it if nothing was stored when it was seen first; in `#` who began it; and in `*`
 * that it is complete: somebody has looked at all objects since. In one that is not, objects that had something before are lost, not new, and
 * what is new is noted: whoever comes next has to know that as well. Only in a complete one, what is missing is new. An index that is not
 * there yet begins now, by whoever comes first. Who knew it before does not begin it, but has to restore it first: what rests has to be known
 * to the next life, too.
 */
export const LOAD = `
local call, byte, sub = redis.call, string.byte, string.sub
local writer, told, about = ARGV[1], ARGV[2], ARGV[3]
local n = #about / 4
local answer, complete, ours = {}, {}, {}
local missing, unfinished = '', ''
for j = 1, #KEYS - n do
  local known = KEYS[n + j]
  local marks = call('HMGET', known, '#', '*')
  local begun = marks[1]
  complete[j] = marks[2]
  if writer ~= '' then
    local isTold = byte(told, j) == 49
    if not begun and isTold then missing = missing .. string.char(j + 47) end
    if not marks[2] then
      unfinished = unfinished .. string.char(j + 47)
      if not isTold and begun ~= writer then call('HSET', known, '#', writer) end
    end
    ours[j] = not marks[2] or begun == writer
  end
end
for i = 1, n do
  local index, high, low, had = byte(about, 4 * i - 3, 4 * i)
  local key, number = KEYS[i], index - 47
  local known = KEYS[n + number]
  local uid = sub(key, #known - 4)
  local entry = call('GET', key)
  local where = call('HGET', known, uid)
  local isKnown = where and byte(where) ~= 45
  if entry then
    answer[i] = entry
    if call('PTTL', key) >= 0 then call('PERSIST', key) end
    if not isKnown then call('HSET', known, uid, ARGV[(high - 48) * 64 + low - 44]) end
  else
    if not where and ours[number] then
      where = ARGV[(high - 48) * 64 + low - 44]
      if had == 49 then
        call('HSET', known, uid, where)
        isKnown = true
      elseif not complete[number] then
        call('HSET', known, uid, '-' .. where)
      end
    end
    answer[i] = isKnown and '?1' or '?0'
  end
end
if unfinished ~= '' then answer[n + 1] = missing .. ' ' .. unfinished end
return answer
`;

/**
 * Restores an index, and what else the process knows. KEYS: the index, then entries. ARGV: who we are, if this is the last part (else nothing);
 * `1` if it is complete then; then of each entry uid, where the object is (as in the index), and the text, if all of it is known. What is
 * there stays, but for the note that there is nothing where there was something.
 */
export const RESTORE = `
for i = 2, #KEYS do
  local uid, where, text = ARGV[3 * i - 3], ARGV[3 * i - 2], ARGV[3 * i - 1]
  local before = redis.call('HGET', KEYS[1], uid)
  if not before or string.byte(before) == 45 then redis.call('HSET', KEYS[1], uid, where) end
  if text ~= '' then redis.call('SET', KEYS[i], text, 'NX') end
end
if ARGV[1] ~= '' then redis.call('HSETNX', KEYS[1], '#', ARGV[1]) end
if ARGV[2] == '1' then redis.call('HSET', KEYS[1], '*', '1') end
return 1
`;

/**
 * Says that an index is complete. KEYS: the index. ARGV: who we are. Answers `0` if it is not the one that we began or took over: all was
 * wiped since, and somebody else has begun another one.
 */
export const COMPLETE = `
if redis.call('HGET', KEYS[1], '#') ~= ARGV[1] then return redis.call('HEXISTS', KEYS[1], '*') end
redis.call('HSET', KEYS[1], '*', '1')
return 1
`;

/**
 * Writes records, an essence, a memo, or several of them: all or nothing. KEYS: the entry, its index. ARGV: uid, where the object is; then
 * of the records, of the essence, and of the memo: the version that the write is based on, older ones (between spaces), the new one (empty:
 * not to be written), the text; at last the version of the object that the essence is of, if there is one. Answers `done`, `newer`, or `format`.
 *
 * A write that was done already, and whose answer was lost, is done. What Redis lost, or has in an older state, is written anew.
 */
export const COMMIT = `
local entry = redis.call('GET', KEYS[1])
local have = { '0', '0', '0' }
local text = { '', '', '' }
local seen = ''
if entry then
  local format = string.match(entry, '^K(%d+) ')
  if format and format ~= '1' and format ~= '2' then return 'format' end
  local p, e, m, rest, records, essence, memo
  if format == '2' then
    p, e, m, rest, records, essence, memo = string.match(entry, '^K2 (%S+) (%S+) (%S+)([^\\n]*)\\n([^\\n]*)\\n([^\\n]*)\\n([^\\n]*)$')
  else
    p, e, rest, records, essence = string.match(entry, '^K1 (%S+) (%S+)([^\\n]*)\\n([^\\n]*)\\n([^\\n]*)$')
  end
  if p then
    have = { p, e, m or '0' }
    text = { records, essence, memo or '' }
    seen = string.match(rest, '^ %S+ (%S+)') or ''
  end
end
for i = 0, 2 do
  local on, older, new, content = ARGV[4 * i + 3], ARGV[4 * i + 4], ARGV[4 * i + 5], ARGV[4 * i + 6]
  if new ~= '' then
    local had = have[i + 1]
    if had ~= on and had ~= new and had ~= '0' and not string.find(older, ' ' .. had .. ' ', 1, true) then return 'newer' end
    have[i + 1] = new
    text[i + 1] = content
  end
end
if ARGV[9] ~= '' then seen = ARGV[15] end
local where = seen == '' and ARGV[2] or ARGV[2] .. ' ' .. seen
local body = where .. '\\n' .. text[1] .. '\\n' .. text[2]
if have[3] == '0' then
  redis.call('SET', KEYS[1], 'K1 ' .. have[1] .. ' ' .. have[2] .. ' ' .. body)
else
  redis.call('SET', KEYS[1], 'K2 ' .. have[1] .. ' ' .. have[2] .. ' ' .. have[3] .. ' ' .. body .. '\\n' .. text[3])
end
redis.call('HSET', KEYS[2], ARGV[1], ARGV[2])
return 'done'
`;

/** Lets an entry expire. KEYS: the entry, its index. ARGV: uid, after how many ms. */
export const RETIRE = `
redis.call('PEXPIRE', KEYS[1], ARGV[2])
redis.call('HDEL', KEYS[2], ARGV[1])
return 1
`;
