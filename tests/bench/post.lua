-- wrk script: POST of an operation, each call with the next body of a file, of which every thread has
-- its own. Arguments after "--":
--   SERVICE TOKEN OPERATION FILE...   FILE: one body a line; a file of one line is sent again and again
-- Prints one line for tests/bench/lib.sh, as fail.lua does; "exhausted" when a file did not last.
local threads = {}

function setup(thread)
	thread:set("id", #threads)
	table.insert(threads, thread)
end

function init(args)
	sent, exhausted = 0, 0
	wrk.method = "POST"
	wrk.path = "/api/" .. args[1] .. "/" .. args[3]
	wrk.headers["Authorization"] = "Bearer " .. args[2]
	wrk.headers["Content-Type"] = "application/json"
	local requests = {}
	for body in io.lines(args[4 + id % (#args - 3)]) do
		table.insert(requests, wrk.format(nil, nil, nil, body))
	end
	local n = #requests
	-- wrk calls it once to look at the request before it starts: that one is sent again.
	local at = id == 0 and -1 or 0
	request = function()
		at = at + 1
		if at >= n and n > 1 then
			at, exhausted = 0, 1
		end
		sent = sent + 1
		return requests[math.max(at, 0) % n + 1]
	end
end

function done(summary, latency)
	local sent, exhausted, e = 0, 0, summary.errors
	for _, thread in ipairs(threads) do
		sent = sent + thread:get("sent")
		exhausted = exhausted + thread:get("exhausted")
	end
	print(string.format("figures %d %d %d %d %d %d %d %d %d", summary.requests, summary.duration,
		latency:percentile(50), latency:percentile(99), sent, 0, exhausted,
		e.connect + e.read + e.write + e.status, e.timeout))
end
