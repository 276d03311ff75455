-- wrk script: POST backchannel/authentication/fail, always the same or each with the next ticket of
-- ticket.c's random order. Arguments after "--":
--   SERVICE TOKEN BODY                         always the same
--   SERVICE TOKEN LIBRARY COUNT FROM THREADS   tickets of 0 .. COUNT-1, order from FROM on
-- Prints one line for tests/bench/lib.sh: calls answered, microseconds, p50, p99, calls sent, the
-- place in the order after the last of them, whether the tickets ran out, errors, calls of over 2 s.
local threads = {}

function setup(thread)
	thread:set("id", #threads)
	table.insert(threads, thread)
end

function init(args)
	sent, at, exhausted = 0, 0, 0
	wrk.method = "POST"
	wrk.path = "/api/" .. args[1] .. "/backchannel/authentication/fail"
	wrk.headers["Authorization"] = "Bearer " .. args[2]
	wrk.headers["Content-Type"] = "application/json"
	wrk.body = args[3]
	if #args == 3 then
		return -- wrk formats the one request and repeats it without Lua
	end

	local ffi = require("ffi")
	ffi.cdef([[
		void ticket_name(uint64_t n, char *out);
		uint64_t ticket_order(uint64_t i, uint64_t count);
	]])
	local tickets = ffi.load(args[3])
	local count, step = tonumber(args[4]), tonumber(args[6])
	at = tonumber(args[5]) + id
	local blank = string.rep("x", 43)
	local text = wrk.format(nil, nil, nil, '{"reason":"ACCESS_DENIED","ticket":"' .. blank .. '"}')
	local size = #text
	local buffer = ffi.new("char[?]", size + 1, text)
	local name = buffer + (text:find(blank, 1, true) - 1)

	-- wrk calls it once to look at the request before it starts.
	if id == 0 then
		sent = -1
	end
	-- The buffer and the library must outlive init: request holds them.
	request = function()
		if at >= count then
			at, exhausted = id, 1
		end
		tickets.ticket_name(tickets.ticket_order(at, count), name)
		at = at + step
		sent = sent + 1
		return ffi.string(buffer, size)
	end
end

function done(summary, latency)
	local sent, last, exhausted, e = 0, 0, 0, summary.errors
	for _, thread in ipairs(threads) do
		sent = sent + thread:get("sent")
		last = math.max(last, thread:get("at"))
		exhausted = exhausted + thread:get("exhausted")
	end
	print(string.format("figures %d %d %d %d %d %d %d %d %d", summary.requests, summary.duration,
		latency:percentile(50), latency:percentile(99), sent, last, exhausted,
		e.connect + e.read + e.write + e.status, e.timeout))
end
