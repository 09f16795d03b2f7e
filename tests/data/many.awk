# Records of a run with n samples in 60 cells (or `cells`), for weighing
# ie-stats:
#   awk -v n=1000000 -f tests/data/many.awk >RUN/records.jsonl
# Throughputs of a cell are 100 MB/s, 101 MB/s, ... 199 MB/s, over and over.
BEGIN {
	if (!cells)
		cells = 60
	print "{\"record\":\"run\",\"schema\":\"ie-bench/1\",\"run_id\":\"many\"," \
		"\"started\":\"2026-01-01T00:00:00Z\",\"plan\":\"many\"," \
		"\"plan_sha256\":\"0\",\"site\":\"none\",\"seed\":1,\"host\":{}}"
	for (i = 0; i < n; i++) {
		cell = i % cells
		block = int(i / cells)
		speed = 100 + block % 100
		printf "{\"record\":\"sample\",\"kind\":\"storage\"," \
			"\"status\":\"ok\",\"reasons\":[],\"case\":" \
			"\"t%d/write/1M/b64k/d1/j1\",\"target\":\"t%d\"," \
			"\"driver\":\"posix\",\"op\":\"write\",\"cache\":null," \
			"\"size_bytes\":1048576,\"block_bytes\":65536,\"ops\":16," \
			"\"depth\":1,\"jobs\":1,\"data\":\"random\"," \
			"\"verify\":\"sample\",\"timeout_s\":30," \
			"\"seed\":4495613015954467555,\"session\":0," \
			"\"block\":%d,\"position\":%d," \
			"\"object\":\"ie-bench.many.s0.b%d.p%d\",\"host\":\"h\"," \
			"\"store\":{\"path\":\"/mnt/ie-bench.many\"," \
			"\"fstype\":\"ext4\",\"direct\":false}," \
			"\"started\":\"2026-01-01T00:00:00Z\"," \
			"\"bytes\":1048576,\"open_ns\":526942,\"io_ns\":%.0f," \
			"\"sync_ns\":0,\"latency_ns\":{\"p50\":3071," \
			"\"p90\":3519,\"p99\":7401,\"p999\":7401,\"max\":7401}," \
			"\"cpu_user_ns\":45000,\"cpu_sys_ns\":226000," \
			"\"rss_peak_bytes\":27271168,\"close_ns\":218177," \
			"\"verified\":true,\"limits\":[],\"case_ns\":32128913," \
			"\"throughput_Bps\":%d.25}\n", cell, cell, block, cell, \
			block, cell, 1048576000 / speed, speed * 1000000
	}
}
