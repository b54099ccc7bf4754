-- Sends the requests of a file, one after another and from the start again, and prints one line of JSON.
-- The file: before each request the number of its bytes, on a line. Arguments: the file, and how many to skip.
local requests, last, thread = {}, 0, nil
queued = 0

function setup(only)
  thread = only
end

function init(arguments)
  local file = assert(io.open(arguments[1], "rb"))
  for length in function() return file:read("*l") end do
    requests[#requests + 1] = file:read(tonumber(length))
  end
  file:close()
  last = tonumber(arguments[2])
end

function request()
  last = last % #requests + 1
  return requests[last]
end

function response(_, _, body)
  if body:find('"queued":true', 1, true) then queued = queued + 1 end
end

function done(summary, latency)
  local errors = summary.errors
  print(string.format(
    '{"requests": %d, "seconds": %f, "p50_ms": %f, "p99_ms": %f, "refused": %d, "broken": %d, "timed_out": %d, "queued": %d}',
    summary.requests, summary.duration / 1e6, latency:percentile(50) / 1e3, latency:percentile(99) / 1e3,
    errors.status, errors.connect + errors.read + errors.write, errors.timeout,
    thread:get("queued")))
end
