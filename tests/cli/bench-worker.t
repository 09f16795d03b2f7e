#!/bin/sh
# The worker's protocol, spoken by hand: a case in, ready, go, a record out;
# what is no case; what happens to data between two workers; and the limit on a
# target that never answers.
# shellcheck disable=SC2016,SC2119
set -eu
cd "$(dirname "$0")/../.."
# shellcheck source=tests/cli/bench-lib.sh
. tests/cli/bench-lib.sh

# case_of NUMBER [FIELDS]: that case of the plan, with more fields
case_of() {
	"$bench" plan plan.ini --site site.ini | sed -n "$1p" |
		sed "s/}\$/,\"object\":\"ie-bench.w\"${2:+,}${2:-}}/"
}

# speak WORD...: "<" prints the next line of the worker (of a record status and
# reasons), "." ends its input, anything else is a line for it. Then whatever
# else it says, and its exit code. In 30 seconds at most.
speak() {
	perl -MJSON::PP -MIPC::Open2 -e '
		sub show {
			my $line = shift // return "end";
			chomp $line;
			return $line if $line !~ /^\{/;
			my $r = decode_json($line);
			$r->{speed} = defined $r->{throughput_Bps} ? 1 : 0;
			return join " ", "record", $r->{status}, @{$r->{reasons}};
		}
		my $bench = shift;
		my $pid = open2(my $out, my $in, $bench, "worker");
		$SIG{ALRM} = sub { kill 9, $pid; die "no answer\n" };
		$SIG{PIPE} = "IGNORE";
		alarm 30;
		for (@ARGV) {
			if ($_ eq "<") { print show(scalar readline $out), "\n" }
			elsif ($_ eq ".") { close $in }
			else { print $in "$_\n"; $in->flush }
		}
		close $in;
		while (my $line = readline $out) { print "more: ", show($line), "\n" }
		waitpid $pid, 0;
		print "exit ", $? >> 8, "\n"' "$bench" "$@"
}

cat >plan.ini <<-'P'
	[plan]
	name = w
	seed = 1
	timeout = 1
	[storage w]
	targets = null
	op = write
	sizes = 1M
P
is 'a case is measured when told to go' "$(speak "$(case_of 1)" '<' go '<')" \
	'ready
record ok
exit 0'
supervised='"supervised":true'
is 'a supervised one says when it was timed, and waits once more' \
	"$(speak "$(case_of 1 "$supervised")" '<' go '<' go '<')" \
	'ready
timed
record ok
exit 0'
is 'an end before go is a failed record' "$(speak "$(case_of 1)" '<' .)" \
	'ready
more: record failed standard input ended before go
exit 0'
is 'and so is an end before the second go' \
	"$(speak "$(case_of 1 "$supervised")" '<' go '<' .)" \
	'ready
timed
more: record failed standard input ended before go
exit 0'
is 'a word other than go is a failed record' \
	"$(speak "$(case_of 1)" '<' stop '<')" \
	'ready
record failed a line other than go came
exit 0'
is 'preparing needs no go' \
	"$(speak "$(case_of 1 '"phases":["prepare"]')" '<')" 'record ok
exit 0'

# refused NAME INPUT MESSAGE: the worker does not take that input
refused() {
	status=0
	printf '%s\n' "$2" | "$bench" worker >out 2>err || status=$?
	is "$1 is refused" "$status $(cat out err)" \
		"2 ie-bench: worker: read a case: $3"
}
good=$(case_of 1)
refused 'an empty line' '' "case: '[' or '{' expected near end of file"
refused 'what is no JSON' hello "case: '[' or '{' expected near 'hello'"
refused 'an array' '[]' 'case: case is not a string'
refused 'an empty object' '{}' 'case: case is not a string'
refused 'a torn case' "${good%,*}" 'case: '\''}'\'' expected near end of file'
refused 'a field twice' "$(case_of 1 '"op":"write"')" \
	"case: duplicate object key near '\"op\"'"
refused 'an unknown phase' "$(case_of 1 '"phases":["mesure"]')" \
	'case: unknown phase; expected create, prepare, measure, remove, survey, describe'
refused 'a phase that is a number' "$(case_of 1 '"phases":[1]')" \
	'case: unknown phase; expected create, prepare, measure, remove, survey, describe'
refused 'phases that are no array' "$(case_of 1 '"phases":"measure"')" \
	'case: phases is not an array'
refused 'an unknown driver' "$(echo "$good" | sed 's/r":"null"/r":"nul"/')" \
	'case: driver nul is not part of this build'
refused 'a depth of zero' "$(echo "$good" | sed 's/"depth":1/"depth":0/')" \
	'case: depth is not in 1..1024'
refused 'an object outside of its folder' \
	"$(echo "$good" | sed 's,"ie-bench.w","../w",')" \
	'case: object is not of letters, digits, - _ and ., at most 150'
refused 'a line of 100000 bytes' "{\"$(head -c 100000 /dev/zero | tr '\0' x)\"}" \
	'case: longer than 65534 bytes'
status=0
"$bench" worker </dev/null >out 2>err || status=$?
is 'no input is refused' "$status $(cat out err)" \
	'2 ie-bench: worker: read a case: no case on standard input'

# What is measured was written by another process.
cat >>plan.ini <<-'P'
	[storage r]
	targets = local
	op = read
	cache = warm
	sizes = 256k
P
sed -i 5,8d plan.ini
prepare=$(case_of 1 '"phases":["prepare"]')
measure=$(case_of 1 '"phases":["measure"]')
remove=$(case_of 1 '"phases":["remove"]')
f=data/ie-bench.w
is 'a worker writes the data' "$(speak "$prepare" '<')" 'record ok
exit 0'
is 'all of it' "$(stat -c %s $f)" 262144
is 'another reads it' "$(speak "$measure" '<' go '<')" 'ready
record ok
exit 0'
cp $f good
# read_of NAME REASON: what another worker says to the file as it is now
read_of() {
	is "$1 is noticed" "$(speak "$measure" '<' go)" "$2
exit 0"
	cp good $f
}
damaged='data is not what was written'
printf 'x' | dd of=$f bs=1 seek=135169 conv=notrunc 2>/dev/null
read_of 'a wrong byte at the start of a page' "record failed local ie-bench.w: read 64k at byte 131072: $damaged (first bad sector at byte 135168)"
dd if=good of=$f bs=4096 skip=1 seek=9 count=1 conv=notrunc 2>/dev/null
read_of 'a page at the place of another' "record failed local ie-bench.w: read 64k at byte 0: $damaged (first bad sector at byte 36864)"
printf '\0' | dd of=$f bs=1 seek=200000 conv=notrunc 2>/dev/null
is 'a wrong byte elsewhere is noticed when all is verified' \
	"$(speak "$measure" '<' go)" "ready
more: record failed verify: local ie-bench.w: read 64k at byte 196608: $damaged (first bad sector at byte 199680)
exit 0"
cp good $f
truncate -s 200000 $f
read_of 'a file that is too short' 'record failed local ie-bench.w: read 64k at byte 196608: short read: 3392 of 65536 bytes'
rm $f
read_of 'a file that is gone' "record failed local: open $tmp/data/ie-bench.w: No such file or directory"
is 'a worker removes the data' "$(speak "$remove" '<')" 'record ok
exit 0'
not_ok 'and then it is gone' test -e $f
is 'removing nothing is no failure' "$(speak "$remove" '<')" 'record ok
exit 0'

# Opening a pipe blocks until somebody writes, which nobody does.
mkfifo $f
is 'a target that never answers ends the case in its limit' \
	"$(speak "$measure" '<')" \
	'record failed local: open: no progress within the time limit of 1 s
exit 0'
done_testing
