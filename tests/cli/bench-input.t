#!/bin/sh
# Bad input to ie-bench: exit code 2, one line that names the file, the line
# and what is allowed, and nothing made, whatever the mistake. Each case below
# is a change (for sed) to a good plan or site file.
# shellcheck disable=SC2016,SC2119
set -eu
cd "$(dirname "$0")/../.."
# shellcheck source=tests/cli/bench-lib.sh
. tests/cli/bench-lib.sh
cp plan.ini plan.good
cp site.ini site.good

everything() {
	find . ! -name out ! -name err ! -name '*.ini' ! -name before |
		LC_ALL=C sort
}

# said NAME EXPECTED: of the command that ran last
said() {
	is "$1: exit code 2, and this line" "$status $(cat err)" "2 $2"
	is "$1: nothing on standard output" "$(cat out)" ''
	everything >after.ini
	ok "$1: nothing is made" diff -u before after.ini
}

# bad plan|site NAME CHANGE LINE MESSAGE
bad() {
	cp plan.good plan.ini
	cp site.good site.ini
	sed -i "$3" "$1.ini"
	run
	said "$2" "ie-bench: run: $1.ini:$4: $5"
	"$bench" plan plan.ini --site site.ini >out 2>err && status=0 ||
		status=$?
	is "$2: ie-bench plan says the same" "$status $(cat err)" \
		"2 ie-bench: plan: $1.ini:$4: $5"
}

keys='targets, op, cache, sizes, block, depth, jobs, clients, nodes, folder, file, reads, lock, data, ops, verify, series'
ops='write, read, randwrite, randread, handoff, append, readwrite, create, powercut'
common='driver, launch, worker, drop, disk_reads, cut, restore, cut_kind, keep, limit, role'
sizes='sizes like 64k, 128M, 4G'
names='letters, digits, - _ and . only'
touch before
everything >before

bad plan 'no name' '/^name/d' 1 'no name in a section [plan]'
bad plan 'no section plan' 1,4d 1 'no name in a section [plan]'
bad plan 'an empty plan' '1,$d' 1 'no name in a section [plan]'
bad plan 'capital letters in the name' 's/= t$/= T/' 2 \
	'name = T: small letters, digits and - only'
bad plan 'a key that is no key of the plan' 's/^blocks/block/' 3 \
	'unknown key block in [plan]; allowed: name, blocks, seed, sessions, timeout'
bad plan 'no blocks' 's/^blocks.*/blocks = 0/' 3 \
	'blocks = 0: not a whole number in 1..1000'
bad plan 'too many blocks' 's/^blocks.*/blocks = 1001/' 3 \
	'blocks = 1001: not a whole number in 1..1000'
bad plan 'a seed that is no number' 's/^seed.*/seed = x/' 4 \
	'seed = x: not a whole number in 0..9223372036854775807'
bad plan 'no time' 's/^seed.*/timeout = 0/' 4 \
	'timeout = 0: not a whole number in 1..86400'
bad plan 'sessions that nothing makes' 's/^seed.*/sessions = 2/' 4 \
	'sessions = 2: site.ini has no renew command that makes a fresh session'
bad plan 'an unknown section' 's/^.storage w/[sotrage w/' 5 \
	'unknown section [sotrage w]; allowed: [plan], [storage NAME], [image NAME]'
bad plan 'an unknown key' 's/^depth/dept/' 10 \
	"unknown key dept in [storage w]; allowed: $keys"
bad plan 'an unknown op' 's/= write/= wread/' 7 \
	"op = wread: allowed: $ops"
bad plan 'no client' 's/^depth.*/clients = 0/' 10 'clients = 0: allowed: counts'
bad plan 'throughput over time of several clients' \
	's/^depth.*/clients = 2\nseries = yes/' 5 \
	'[storage w]: null/write/1M/b64k/d1/j1/c2n1: series is for reads and writes of one client'
bad plan 'more clients than there can be' 's/^depth.*/clients = 65/' 5 \
	'[storage w]: null/write/1M/b64k/d1/j1/c65n1: more than 64 clients take a launch of MPI with {clients}'
bad plan 'more clients than MPI could start' 's/^depth.*/clients = 10001/' 5 \
	'[storage w]: null/write/1M/b64k/d1/j1/c10001n1: clients is not in 1..10000'
bad plan 'a node that is no number' 's/^depth.*/nodes = all/' 10 \
	'nodes = all: allowed: counts'
bad plan 'a folder that is neither' 's/^depth.*/folder = home/' 10 \
	'folder = home: allowed: own, shared'
bad plan 'a folder for what makes no files' 's/^depth.*/folder = shared/' 5 \
	'[storage w]: null/write/1M/b64k/d1/j1/shared: folder is for op create only'
bad plan 'a file that is neither' 's/^depth.*/file = one/' 10 \
	'file = one: allowed: own, shared'
bad plan 'a shared file for what shares one anyway' \
	's/= write/= append/; s/^depth.*/file = shared/; s/= \*/= local/' 5 \
	'[storage w]: local/append/1M/b64k/d1/j1/c2n1/shared: file is for reads and writes only'
bad plan 'reads that are neither' 's/^depth.*/reads = last/' 10 \
	'reads = last: allowed: own, next'
bad plan 'reads of a write' 's/^depth.*/reads = next/' 5 \
	'[storage w]: null/write/1M/b64k/d1/j1/next: reads is for reads only'
bad plan 'a lock that is neither' 's/^depth.*/lock = fcntl/' 10 \
	'lock = fcntl: allowed: none, flock'
bad plan 'no op' '/= write/d' 5 \
	"[storage w] needs op: $ops"
bad plan 'an empty section' '6,10d' 5 \
	"[storage w] needs op: $ops"
bad plan 'an unknown target' 's/= local/= loacl/' 12 \
	'unknown target loacl; site.ini has: *, @limits, null, local'
bad plan 'no targets' '/= local/d' 11 \
	'[storage r] needs targets: names, * or @limits'
bad plan 'empty targets' 's/= local/=/' 12 \
	'[storage r] needs targets: names, * or @limits'
bad plan 'no limits where only they are asked for' \
	's/= local/= @limits/; 5,10d' 1 'no cell to measure on site.ini'
bad plan 'no sections' '5,$d' 1 'no cell to measure on site.ini'
bad plan 'no sizes' 8d 5 "[storage w] needs sizes: $sizes"
bad plan 'a size that is none' '8s/1M/1X/' 8 "sizes = 1X: allowed: $sizes"
bad plan 'a size of zero' '8s/1M/0M/' 8 "sizes = 0M: allowed: $sizes"
bad plan 'a size beyond 63 bits' '8s/1M/8589934592G/' 8 \
	"sizes = 8589934592G: allowed: $sizes"
bad plan 'a negative block' '9s/64k/-64k/' 9 "block = -64k: allowed: $sizes"
bad plan 'a depth of zero' '10s/1/0/' 10 'depth = 0: allowed: counts'
bad plan 'a depth that is no number' '10s/1/deep/' 10 \
	'depth = deep: allowed: counts'
bad plan 'jobs of zero' '10s/.*/jobs = 0/' 10 'jobs = 0: allowed: counts'
bad plan 'a cache that is none' 's/cold warm/hot/' 14 \
	'cache = hot: allowed: cold, warm'
bad plan 'a read without a cache' /^cache/d 11 \
	'[storage r] needs cache: cold, warm'
bad plan 'a write with a cache' '10s/.*/cache = warm/' 10 \
	'cache is for reads; op is write'
bad plan 'data that is none' '10s/.*/data = ones/' 10 \
	'data = ones: allowed: random, zero'
bad plan 'a verification that is none' '10s/.*/verify = no/' 10 \
	'verify = no: allowed: sample, all'
bad plan 'no operations' '10s/.*/ops = 0/' 10 \
	'ops = 0: allowed: a count of operations'
bad plan 'a list that is too long' "8s/1M/$(seq -s 'k ' 4 4 132)k/" 8 \
	'sizes has more than 32 values'
bad plan 'too many cells' \
	"8s/1M/$(seq -s 'M ' 32)M/; 10s/.*/depth = $(seq -s ' ' 32)\\njobs = $(seq -s ' ' 10)/" \
	5 '[storage w]: more than 10000 cells in this plan'
bad plan 'too many cases' \
	"3s/2/1000/; 8s/1M/$(seq -s 'M ' 32)M/; 10s/.*/depth = $(seq -s ' ' 32)/" \
	3 '2050 cells x 1000 blocks x 1 sessions are more than 100000 cases'
bad plan 'appends that end in a part of a block' \
	's/= write/= append/; 9s/64k/96k/; s/= \*/= local/' 5 \
	'[storage w]: local/append/1M/b96k/d1/j1/c2n1: op append does a whole block each time: its size must be a multiple of the block'
bad plan 'too deep' '10s/1/1025/' 5 \
	'[storage w]: null/write/1M/b64k/d1025/j1: depth is not in 1..1024'
bad plan 'too many jobs' '10s/.*/jobs = 257/' 5 \
	'[storage w]: null/write/1M/b64k/d1/j257: jobs is not in 1..256'
bad plan 'a cell twice in a section' '8s/1M/1M 1M/' 5 \
	'[storage w]: cell null/write/1M/b64k/d1/j1 stands twice in this plan'
bad plan 'a cell twice in the plan' '$a [storage again]\ntargets = null\nop = write\nsizes = 1M' \
	16 '[storage again]: cell null/write/1M/b64k/d1/j1 stands twice in this plan'
bad plan 'a target twice' 's/= local/= local local/' 11 \
	'[storage r]: cell local/read-cold/1M/b64k/d1/j1 stands twice in this plan'
bad plan 'a section twice' 's/storage r/storage w/' 11 'duplicate section'
bad plan 'a key twice' '10s/.*/op = write/' 10 \
	'duplicate key in this section'
bad plan 'a line that is nothing' '3s/.*/hello/' 3 \
	'expected [section], key = value or a comment'
bad plan 'a key before any section' '1d' 1 'key before any [section]'

bad site 'no name' /^name/d 1 'no name in a section [site]'
bad site 'an empty name' 's/= here/=/' 2 'name is empty'
bad site 'a name that is no UTF-8' 's/= here/= h\xe9re/' 2 'not valid UTF-8'
bad site 'an unknown key of the site' '2a namme = x' 3 \
	'unknown key namme in [site]; allowed: name, describe, renew'
bad site 'an unknown section' 's/^.target null/[host null/' 3 \
	'unknown section [host null]; allowed: [site], [target NAME]'
bad site 'no targets' '3,$d' 1 'no [target NAME]'
bad site 'a target without a driver' 4d 3 'target null has no driver'
bad site 'a target name with a slash' 's/target null/target a\/b/' 3 \
	"target name a/b: $names"
bad site 'a target name with a blank' 's/target null/target a b/' 3 \
	"target name a b: $names"
bad site 'an unknown driver' 's/= null/= nul/' 4 \
	"unknown driver nul; allowed: $("$bench" list --json |
		perl -MJSON::PP -0777 -ne \
			'print join ", ", map { $_->{name} } @{decode_json $_}')"
bad site 'a key of no driver' 's/^path/paht/' 7 \
	"unknown key paht for driver posix; allowed: $common, path, fstype, direct"
bad site 'a key of another driver' '4a pool = x' 5 \
	"unknown key pool for driver null; allowed: $common, threads"
bad site 'a flag that is neither yes nor no' '7a direct = true' 8 \
	'direct = true; allowed: yes, no'
bad site 'posix without a path' /^path/d 5 \
	'target local: driver posix needs path: a folder on the mounted file system'
bad site 'posix without a file system' /^fstype/d 5 \
	'target local: driver posix needs fstype: what statfs must find there: ext4, nfs, ceph, ...'
bad site 'a path that is no UTF-8' 's/^path.*/path = \xff/' 7 \
	'not valid UTF-8'
bad site 'a limit that is no target' '$a limit = disk' 5 \
	'target local: limit disk is no target of this file'
bad site 'a role that is none' '$a role = boss' 9 \
	'unknown role boss; allowed: limit'
bad site 'an empty launch' '$a launch =' 9 'launch is empty'
bad site 'a placeholder that is none' '$a launch = mpirun -n {ranks}' 9 \
	'unknown {ranks} in launch; allowed: {clients}, {nodes}'
bad site 'a placeholder that is none, of many launches' \
	'$a launch.1 = ssh {host}' 9 \
	'unknown {host} in launch.1; allowed: {clients}, {nodes}'
bad site 'clients in one launch of several' \
	'$a launch.1 = x\nlaunch.2 = srun -n {clients}' 10 \
	'launch.2 has {clients}; allowed in launch alone'
bad site 'nodes for no clients' '$a launch = srun -N{nodes} -n 4' 9 \
	'launch has {nodes} without {clients}'
bad site 'an empty drop' '$a drop =' 9 'drop is empty'
bad site 'a target twice' 's/target local/target null/' 5 \
	'duplicate section'

# What is wrong with the command line has no file and no line.
cp plan.good plan.ini
cp site.good site.ini

# usage NAME MESSAGE ARGUMENTS...
usage() {
	name=$1 message=$2
	shift 2
	status=0
	"$bench" "$@" >out 2>err </dev/null || status=$?
	said "$name" "ie-bench: $message"
}

usage 'no plan' 'run: exactly one PLAN.ini is needed' run --site site.ini
usage 'two plans' 'run: exactly one PLAN.ini is needed' run plan.ini plan.ini \
	--site site.ini
usage 'no site' 'run: --site SITE.ini is needed' run plan.ini
usage 'no site for plan' 'plan: --site SITE.ini is needed' plan plan.ini
usage 'an unknown option' \
	'run: --frob: unknown option, or one without its value' \
	run plan.ini --site site.ini --frob
usage 'an option without its value' \
	'run: --seed: unknown option, or one without its value' \
	run plan.ini --site site.ini --seed
usage 'an option of another command' \
	'plan: --resume: unknown option, or one without its value' \
	plan plan.ini --site site.ini --resume r
for seed in x -1 1k '' 9223372036854775808; do
	usage "--seed '$seed'" "plan: --seed $seed: not a whole number" \
		plan plan.ini --site site.ini --seed "$seed"
done
usage 'an unknown progress' \
	'run: --progress fancy: allowed: auto, plain, none' \
	run plan.ini --site site.ini --progress fancy
usage 'a resume with a run id' \
	'run: --resume has its results folder, run id and seed already' \
	run plan.ini --site site.ini --resume r --run-id x
for id in ../x a/b .x -x '' "$(printf %081d 0)" 'a b'; do
	usage "run id '$id'" \
		"run: run id $id: letters, digits, - _ and . only, at most 80" \
		run plan.ini --site site.ini --run-id "$id"
done
usage 'a plan that is not there' \
	'run: read absent.ini: No such file or directory' \
	run absent.ini --site site.ini
usage 'a site that is not there' \
	'run: read absent.ini: No such file or directory' \
	run plan.ini --site absent.ini
usage 'a folder as plan' 'run: read data: Is a directory' \
	run data --site site.ini
usage 'a resume of nothing' \
	'run: resume absent/records.jsonl: No such file or directory' \
	run plan.ini --site site.ini --resume absent
usage 'an argument to worker' 'worker: unexpected x' worker x
usage 'an argument to list' 'list: unexpected --jsn; allowed: --json' \
	list --jsn
status=0
"$bench" frobnicate >out 2>err || status=$?
said 'an unknown command' \
	'ie-bench: frobnicate: no such command; see ie-bench --help'
"$bench" >out 2>err && status=0 || status=$?
like 'no command at all prints the usage' "$status $(cat err)" \
	'2 usage:*ie-bench run PLAN.ini*exit codes*'
"$bench" --help >out 2>err && status=0 || status=$?
like '--help prints the usage on standard output' "$status $(cat out)" \
	'0 usage:*ie-bench run PLAN.ini*'
done_testing
