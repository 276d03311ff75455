-- wrk script: GET of an operation, always the same path or each time another client's.
-- Arguments after "--":
--   SERVICE TOKEN PATH        e.g. client/get/list?start=0&end=5
--   SERVICE TOKEN PATH FILE   a random one of the ids in that file, of ten digits each, behind PATH
-- Prints one line for tests/bench/lib.sh, as fail.lua does.
function init(args)
	wrk.method = "GET"
	wrk.path = "/api/" .. args[1] .. "/" .. args[3]
	wrk.headers["Authorization"] = "Bearer " .. args[2]
	if #args == 3 then
		return -- wrk formats the one request and repeats it without Lua
	end
	local ids = {}
	for id in io.lines(args[4]) do
		table.insert(ids, id)
	end
	local blank = string.rep("x", 10)
	local text = wrk.format(nil, wrk.path .. blank)
	local at = text:find(blank, 1, true)
	local before, behind = text:sub(1, at - 1), text:sub(at + #blank)
	request = function()
		return before .. ids[math.random(#ids)] .. behind
	end
end

function done(summary, latency)
	local e = summary.errors
	print(string.format("figures %d %d %d %d %d %d %d %d %d", summary.requests, summary.duration,
		latency:percentile(50), latency:percentile(99), summary.requests, 0, 0,
		e.connect + e.read + e.write + e.status, e.timeout))
end
