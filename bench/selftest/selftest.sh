#!/bin/sh
# Plants lies around real runs of small plans on one folder, and says of each
# whether the suite caught it. `ie-bench selftest` calls it for each target; it
# prints a line a lie: RESULT (caught, missed, untried), the lie, by what it was
# caught or why it was not tried, tab-separated.
# IE_DRIVER IE_FSTYPE IE_DIRECT IE_DROP IE_DISK_READS: the target's keys.
# usage: selftest.sh BIN_DIR HELPERS_DIR FOLDER
#        selftest.sh --at STAGE flip|cut FILES WORKER...    (a target's launch)
set -eu
export LC_ALL=C

# --- what stands between the runner and a worker -----------------------------

# flip FILE: one bit of its byte 70000
flip() {
	byte=$(od -An -tu1 -j 70000 -N 1 "$1")
	# shellcheck disable=SC2059 # an octal escape is what is wanted
	printf "\\$(printf %o "$((byte ^ 1))")" |
		dd of="$1" bs=1 seek=70000 conv=notrunc,fsync status=none
}
cut_short() { truncate -s 100000 "$1"; }

if [ "$1" = --at ]; then
	stage=$2 lie=$3 files=$4
	shift 4
	"$@" | while read -r line; do
		if [ "$line" = "$stage" ]; then
			for file in "$files".*; do "$lie" "$file"; done
		fi
		printf '%s\n' "$line"
	done
	exit
fi

# --- a folder of its own on the target ---------------------------------------
bin=$1 helpers=$2
folder=$(mktemp -d "$3/ie-selftest.XXXXXX")
tmp=$(mktemp -d "${TMPDIR:-/tmp}/ie-selftest.XXXXXX")
reader=
clean() {
	[ -z "$reader" ] || kill "$reader" 2>/dev/null || :
	rm -rf "$folder" "$tmp"
}
trap clean EXIT
trap 'exit 143' INT TERM HUP
cd "$tmp"
lying="launch = env LD_PRELOAD=$helpers/selftest.so IE_LIE"
self="sh $helpers/selftest.sh"

say() { # RESULT LIE WHAT
	printf '%s\t%s\t%s\n' "$1" "$2" "$3"
}

# target NAME [KEY...]: a section of site.ini; that of the site, in our folder
target() {
	name=$1
	shift
	printf '[target %s]\ndriver = %s\npath = %s\nfstype = %s\n' "$name" \
		"$IE_DRIVER" "$folder" "${fstype:-$IE_FSTYPE}"
	[ -z "${IE_DIRECT:-}" ] || echo "direct = $IE_DIRECT"
	[ -z "${IE_DROP:-}" ] || echo "drop = $IE_DROP"
	[ -z "${disk_reads:-}" ] || echo "disk_reads = $disk_reads"
	[ $# = 0 ] || printf '%s\n' "$@"
}
site() { # sections on standard input
	{ printf '[site]\nname = selftest\n'; cat; } >site.ini
}
# plan OP SIZE [KEY...]
plan() {
	printf '[plan]\nname = selftest\nseed = 1\nblocks = %s\n' "${blocks:-1}"
	printf '[storage lie]\ntargets = *\nop = %s\nsizes = %s\nblock = 64k\n' \
		"$1" "$2"
	shift 2
	[ $# = 0 ] || printf '%s\n' "$@"
}
# run NAME [OPTIONS]: by plan.ini on site.ini; its records are in runs/NAME
run() {
	id=$1
	shift
	"$bin/ie-bench" run plan.ini --site site.ini --results runs --run-id \
		"$id" --progress none "$@" >"$id.out" 2>&1 </dev/null || :
}
# The status of a run's last sample, and its first reason; or why there is none
status() { # NAME
	tail -n 1 "runs/$1/records.jsonl" 2>/dev/null |
		sed -n 's/.*"status":"\([a-z]*\)".*/\1/p'
}
reason() { # NAME
	text=$(tail -n 1 "runs/$1/records.jsonl" 2>/dev/null |
		sed -n 's/.*"reasons":\["\(\([^"\\]\|\\.\)*\)".*/\1/p')
	[ -n "$text" ] || text=$(tail -n 1 "$1.out" 2>/dev/null)
	printf %s "$text"
}
# judge LIE RUN: it was caught where the sample is not ok, for the reason that
# begins like one of these patterns
judge() {
	lie=$1 id=$2
	shift 2
	why=$(reason "$id")
	for pattern; do
		# shellcheck disable=SC2254
		case "$(status "$id") $why" in
		ok*) ;;
		$pattern)
			say caught "$lie" "$why"
			return
			;;
		esac
	done
	say missed "$lie" "the sample is $(status "$id")${why:+: $why}"
}
# able RUN LIE...: it is ok without a lie; otherwise they are not tried
able() {
	id=$1
	shift
	[ "$(status "$id")" != ok ] || return 0
	for lie; do
		say untried "$lie" "without any lie: $(reason "$id")"
	done
	return 1
}

unreplaced='io_uring does not write and sync through the C library, where it could be replaced'

# --- writes -------------------------------------------------------------------
flip_lie='a byte flipped behind its back'
cut_lie='a written file cut short'
mount_lie='a wrong mount'
ahead_lie='a clock that jumps ahead'
back_lie='a clock that jumps back'
edit_lie='a throughput edited by hand'
resume_lie='a run resumed in another folder'

writes() {
	blocks=2 plan write 1M 'verify = all' >plan.ini
	target t | site
	run write
	able write "$flip_lie" "$cut_lie" "$mount_lie" "$ahead_lie" \
		"$back_lie" "$edit_lie" "$resume_lie" || return 0
	target t "launch = $self --at timed flip $folder/ie-bench.flip" | site
	run flip
	judge "$flip_lie" flip 'failed verify: *first bad sector*'
	target t "launch = $self --at timed cut_short $folder/ie-bench.cut" |
		site
	run cut
	judge "$cut_lie" cut 'failed verify: *'
	other=nfs
	[ "$IE_FSTYPE" != nfs ] || other=ext4
	fstype=$other target t | site
	run mount
	judge "$mount_lie" mount 'failed *: not mounted?'
	clocks
	records
}

clocks() {
	if [ "$IE_DRIVER" != posix ]; then
		say untried "$ahead_lie" "$unreplaced"
		say untried "$back_lie" "$unreplaced"
		return
	fi
	target t "$lying=clock-ahead" | site
	run ahead
	judge "$ahead_lie" ahead 'invalid the clock jumped*'
	target t "$lying=clock-back" | site
	run back
	judge "$back_lie" back 'invalid the clock *'
}

# check LIE RUN: ie-stats does not take its records
check() {
	if "$bin/ie-stats" check "runs/$2" >check.out 2>&1; then
		say missed "$1" 'ie-stats check takes it'
	else
		say caught "$1" "ie-stats check: $(sed -n \
			'1s/^.*records.jsonl:\([0-9]*\): /line \1: /p' check.out)"
	fi
}

# What is whole is edited, or resumed as if it had been killed
records() {
	cp -r runs/write runs/edited
	sed -i '2s/"throughput_Bps":/&1/' runs/edited/records.jsonl
	check "$edit_lie" edited
	cp -r runs/write runs/resumed
	sed -i '$d' runs/resumed/records.jsonl
	mkdir "$folder/other"
	target t | sed "s,^path = .*,path = $folder/other," | site
	code=0
	"$bin/ie-bench" run plan.ini --site site.ini --resume runs/resumed \
		--progress none >resumed.out 2>&1 </dev/null || code=$?
	why=$(tail -n 1 resumed.out)
	case "$code $why" in
	'2 '*': it began on another setup: '*)
		say caught "$resume_lie" "--resume: ${why##*runs/resumed: }" ;;
	*) say missed "$resume_lie" "exit status $code: $why" ;;
	esac
}

# --- syncs and limits ---------------------------------------------------------
sync_lie='a sync that does nothing'
limit_lie='a sample above its limit'

# column NAME TARGET: of the cell of a target
column() {
	awk -F'\t' -v name="$1" -v target="$2" '
		NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; next }
		$at["target"] == target { print $at[name] }' cells.tsv
}
above() { # LIE TARGET
	why=$(column reason "$2")
	case $why in
	'above its limit '*) say caught "$1" "ie-stats: the cell is invalid: $why" ;;
	*) return 1 ;;
	esac
}
# Of the time of the honest cell the sync takes so much, in %: the median
sync_share() {
	sed -n '/"target":"honest"/s/.*"io_ns":\([0-9]*\).*"sync_ns":\([0-9]*\).*/\1 \2/p' \
		runs/limits/records.jsonl |
		awk '{ print int(100 * $2 / ($1 + $2)) }' | sort -n | sed -n 4p
}
syncs() {
	blocks=7 plan write 64k >plan.ini
	{
		target honest
		printf '[target null]\ndriver = null\nlimit = honest\n'
		[ "$IE_DRIVER" != posix ] ||
			target idle "$lying=sync" 'limit = honest'
	} | site
	run limits
	"$bin/ie-stats" summary runs/limits --format tsv >cells.tsv 2>&1 || :
	if [ "$(column state honest)" != ok ]; then
		say untried "$sync_lie" "without any lie: $(reason limits)"
		say untried "$limit_lie" "without any lie: $(reason limits)"
		return
	fi
	share=$(sync_share)
	if [ "$IE_DRIVER" != posix ]; then
		say untried "$sync_lie" "$unreplaced"
	elif above "$sync_lie" idle; then
		:
	elif [ "$share" -lt 75 ]; then
		say untried "$sync_lie" "a sync takes $share % of the time here, so a limit does not tell it from none"
	else
		say missed "$sync_lie" "$(column state idle): the sync takes $share % of the time, yet without it the cell is not above its limit"
	fi
	above "$limit_lie" null ||
		say missed "$limit_lie" "$(column state null)"
}

# --- cold reads ---------------------------------------------------------------
warm_lie='a cache left warm'
forged_lie='the same, made ok by hand'
beside_lie='another reader beside a cold read'
both_lie='a warm cache beside another reader'

# A line of what the folder's own disk has read, or nothing where there is none
disk_reads_here() {
	stat=/sys/dev/block/$(stat -c %Hd:%Ld "$folder")/stat
	[ ! -r "$stat" ] || echo "awk '{ printf \"%.0f\", 512 * \$3 }' $stat"
}
# Reads past the page cache, over and over
reader_start() {
	dd if=/dev/zero of="$folder/others" bs=1M count=32 conv=fsync \
		status=none
	dd if="$folder/others" of=/dev/null bs=1M count=1 iflag=direct \
		status=none 2>/dev/null || return 1
	while :; do
		dd if="$folder/others" of=/dev/null bs=1M iflag=direct \
			status=none
	done &
	reader=$!
}
reader_end() {
	kill "$reader"
	wait "$reader" 2>/dev/null || :
	reader=
}

# Its sample becomes ok, with the throughput that it would have had
forge() {
	cp -r runs/warm runs/forged
	awk 'function number(key) {
			match($0, "\"" key "\":[0-9]+")
			return substr($0, RSTART + length(key) + 3,
				RLENGTH - length(key) - 3)
		}
		NR > 1 {
			sub(/"status":"invalid","reasons":\[[^]]*\]/,
				"\"status\":\"ok\",\"reasons\":[]")
			speed = number("bytes") * 1e9 / number("io_ns")
			sub(/"io_ns"/, sprintf("\"throughput_Bps\":%.0f,&",
				speed))
		}
		{ print }' runs/warm/records.jsonl >runs/forged/records.jsonl
	check "$forged_lie" forged
}
reads() {
	plan read 8M 'cache = cold' >plan.ini
	disk_reads=${IE_DISK_READS:-}
	target t | site
	run cold
	if [ "${IE_DIRECT:-no}" = yes ]; then
		say untried "$warm_lie" 'direct I/O goes past the page cache'
		say untried "$forged_lie" 'as above'
	elif able cold "$warm_lie" "$forged_lie"; then
		target t "$lying=drop" | site
		run warm
		judge "$warm_lie" warm 'invalid cache was not cold*'
		forge
	fi
	beside
}
beside() {
	if [ -n "${IE_DISK_READS:-}" ]; then
		why='what the servers read is not to be had from here'
	elif disk_reads=$(disk_reads_here) && [ -z "$disk_reads" ]; then
		why='no block device of this host counts what is read here'
	else
		plan read 32M 'cache = cold' >plan.ini
		target t | site
		for _ in 1 2 3; do # this disk may be others', too
			rm -rf runs/alone
			run alone
			[ "$(status alone)" != ok ] || break
		done
		able alone "$beside_lie" "$both_lie" || return 0
		if reader_start; then
			run beside
			target t "$lying=drop" | site
			run both
			reader_end
			judge "$beside_lie" beside 'invalid others were reading*' \
				'invalid *others were reading*'
			[ "${IE_DIRECT:-no}" = yes ] ||
				judge "$both_lie" both 'invalid cache was not cold*' \
					'invalid others were reading*'
			return
		fi
		why='this file system has no direct I/O to read its disk with'
	fi
	say untried "$beside_lie" "$why"
	say untried "$both_lie" "$why"
}

writes
syncs
reads
