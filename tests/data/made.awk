# Records of a run made up for tests of ie-stats: a line "TARGET OP SIZE
# VALUES..." is a cell with a sample a value (MB/s, 10^6 bytes/s); OP may be
# read-cold; F stands for a failed sample, I for an invalid one, and / begins
# the next session. Sizes in M. A line "TARGET build BUILD/HOME VALUES..." (or
# build-warm) is an image build by the engine TARGET, in seconds, half of them in
# RUN, at a tenth of a processor and 1000 system calls a second.
#   awk -v id=NAME -v started=DATE -f tests/data/made.awk CELLS >records.jsonl
# -v plan=, -v site=, -v host= and -v sum= (plan_sha256) may be set as well.
function or_else(text, other) {
	return text == "" ? other : text
}

function build_print(s,    part, jobs, vfs) {
	split($3, part, "/")
	if (match(part[1], /-j[0-9]+$/)) {
		jobs = sprintf("\"build_jobs\":%d,", substr(part[1], RSTART + 2))
		part[1] = substr(part[1], 1, RSTART - 1)
	}
	vfs = $1 ~ /vfs/
	printf "{\"record\":\"sample\",\"kind\":\"image\"," \
		"\"case\":\"%s/%s/%s\",\"target\":\"%s\",\"driver\":\"%s\"," \
		"\"engine\":\"%s\",\"op\":\"build\",\"cache\":%s," \
		"\"build\":\"/builds/%s\",\"home\":\"%s\",\"session\":%d," \
		"\"block\":%d,\"position\":%d,%s", $1, $2, $3, $1, $1, $1, \
		$2 == "build-warm" ? "\"warm\"" : "null", part[1], part[2], \
		session, block, NR, jobs
	if (s == "F")
		print "\"status\":\"failed\",\"reasons\":[\"no such daemon\"]}"
	else if (s == "I")
		print "\"status\":\"invalid\",\"reasons\":[\"it uses vfs\"]}"
	else
		printf "\"status\":\"ok\",\"reasons\":[],\"wall_ns\":%.0f," \
			"\"sync_ns\":%.0f,%s\"machine_cpu_ns\":%.0f," \
			"\"own_cpu_ns\":%.0f," \
			"\"storage_driver\":\"%s\",\"written_bytes\":%d," \
			"\"store_bytes\":%d,\"store_files\":%d,\"syscalls\":" \
			"{\"total\":%.0f}}\n", s * 1e9, s * 1e7, \
			$1 ~ /buildkit/ ? "" : sprintf("\"run_ns\":%.0f," \
			"\"copy_ns\":%.0f,\"commit_ns\":%.0f,", s * 5e8, \
			s * 1e8, s * 2e8), s * 2e8, s * 1e8, vfs ? "vfs" : "overlay", \
			vfs ? 4e8 : 2e6, vfs ? 3e8 : 1e6, vfs ? 9000 : 30, \
			s * 1000
}

BEGIN {
	printf "{\"record\":\"run\",\"schema\":\"ie-bench/1\",\"run_id\":\"%s\"," \
		"\"started\":\"%s\",\"plan\":\"%s\",\"plan_sha256\":\"%s\"," \
		"\"site\":\"%s\",\"seed\":1,\"host\":{\"hostname\":\"%s\"}," \
		"\"versions\":{\"ie-bench\":\"0.1.0\"},\"targets\":{}}\n", id, \
		or_else(started, "2026-01-01T00:00:00Z"), or_else(plan, "made"), \
		or_else(sum, "0"), or_else(site, "nowhere"), or_else(host, "h1")
}

NF > 3 {
	split($2, op, "-")
	session = block = 0
	for (i = 4; i <= NF; i++) {
		if ($i == "/") {
			session++
			block = 0
			continue
		}
		if (op[1] == "build") {
			build_print($i)
			block++
			continue
		}
		bytes = $3 * 1048576
		printf "{\"record\":\"sample\",\"kind\":\"storage\"," \
			"\"case\":\"%s/%s/%s/b64k/d1/j1\",\"target\":\"%s\"," \
			"\"driver\":\"posix\",\"op\":\"%s\",\"cache\":%s," \
			"\"size_bytes\":%d,\"block_bytes\":65536,\"depth\":1," \
			"\"jobs\":1,\"session\":%d,\"block\":%d,\"position\":%d,", \
			$1, $2, $3, $1, op[1], \
			op[2] == "" ? "null" : "\"" op[2] "\"", bytes, session, \
			block, NR
		block++
		if ($i == "F") {
			print "\"status\":\"failed\",\"reasons\":[\"no space left\"]}"
		} else if ($i == "I") {
			print "\"status\":\"invalid\"," \
				"\"reasons\":[\"cache was not cold\"]}"
		} else {
			printf "\"status\":\"ok\",\"reasons\":[],\"bytes\":%d," \
				"\"open_ns\":1,\"io_ns\":%.0f,\"sync_ns\":0," \
				"\"close_ns\":1,\"cpu_user_ns\":1,\"cpu_sys_ns\":1," \
				"\"verified\":true,\"latency_ns\":{\"p50\":%.0f," \
				"\"p90\":%.0f,\"p99\":%.0f,\"p999\":%.0f}," \
				"\"cold\":{\"source\":\"worker\",\"read_bytes\":%d," \
				"\"ratio\":1},\"throughput_Bps\":%.0f}\n", bytes, \
				bytes * 1000 / $i, 65536e3 / $i, 131072e3 / $i, \
				262144e3 / $i, 524288e3 / $i, bytes, $i * 1e6
		}
	}
}
