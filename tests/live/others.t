#!/bin/sh
# A dd that reads the same disk beside a cold read: the read is not shown to be
# cold, whatever the disk's counter says. IE_REQUIRE words: disk (a block device
# of this host holds /tmp, with direct I/O), tmpfs.
# shellcheck disable=SC2016,SC2119
set -eu
cd "$(dirname "$0")/../.."
# shellcheck source=tests/cli/bench-lib.sh
. tests/cli/bench-lib.sh

stat=/sys/dev/block/$(stat -c %Hd:%Ld data)/stat
on_disk() {
	[ -r "$stat" ] &&
		dd if=/dev/urandom of=others bs=1M count=64 conv=fsync &&
		dd if=others of=/dev/null bs=1M count=1 iflag=direct
}
need disk on_disk || done_testing

# site FOLDER FSTYPE: what its target reads is counted for the whole disk
site() {
	cat >site.ini <<-P
		[site]
		name = here
		[target local]
		driver = posix
		path = $1
		fstype = $2
		disk_reads = awk '{ printf "%.0f", 512 * \$3 }' $stat
	P
}
cat >plan.ini <<-'P'
	[plan]
	name = t
	blocks = 3
	[storage r]
	targets = local
	op = read
	cache = cold
	sizes = 32M
P
reader=
trap '[ -z "$reader" ] || kill "$reader"; rm -rf "$tmp"' EXIT
reader_start() {
	while :; do
		dd if=others of=/dev/null bs=1M iflag=direct 2>/dev/null
	done &
	reader=$!
}
reader_end() {
	kill "$reader"
	wait "$reader" 2>/dev/null || :
	reader=
}
how() {
	samples '$r->{status} . " " . ($r->{reasons}[0] // "") =~ s/:.*//r' |
		sort | uniq -c | tr -s ' \n' ' '
}

site "$tmp/data" "$fstype"
run
# others may read from this disk as well
is 'alone it is cold, or others read here' "$(how | sed \
	's/ [0-9]* ok$//; s/ [0-9]* ok / /; s/ [0-9] invalid others were reading//' |
	tr -d ' ')" ''
diag "alone: $(how)"
rm -rf results
reader_start
run
is 'beside a dd others were reading, each time' "$(how)" \
	' 3 invalid others were reading '
is 'and the record says how much' "$(samples \
	'$r->{cold}{source} eq "command" && $r->{cold}{others_bytes} > 0 ?
	undef : $r->{case}')" ''
rm -rf results

# What is in memory all the time looks cold by the counter alone
if need tmpfs test "$(stat -f -c %T /dev/shm)" = tmpfs; then
	memory=$(mktemp -d /dev/shm/ie-t.XXXXXX)
	site "$memory" tmpfs
	run
	is 'a tmpfs is not cold beside a dd' "$(how)" \
		' 3 invalid cache was not cold '
	rm -rf "$memory"
fi
reader_end
done_testing
