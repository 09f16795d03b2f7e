#!/bin/sh
# What is written: the same bytes for a seed, whoever writes them and how many
# at once, and nothing that any layer could compress or leave out.
# shellcheck disable=SC2016,SC2119
set -eu
cd "$(dirname "$0")/../.."
# shellcheck source=tests/cli/bench-lib.sh
. tests/cli/bench-lib.sh

for target in local uring; do
	cat <<-P
		[target $target]
		driver = $target
		path = $tmp/data
		fstype = $fstype
		keep = yes
	P
done | sed 's/driver = local/driver = posix/; 1i [site]\nname = here' >site.ini

# written TARGET OP BLOCK DEPTH [RUN]: the file that a worker leaves, as $file
written() {
	cat >plan.ini <<-P
		[plan]
		name = t
		seed = 7
		[storage w]
		targets = $1
		op = $2
		sizes = 4M
		block = $3
		depth = $4
	P
	object=ie-bench.$1.$2.$3.$4.${5:-1}
	file=data/$object
	"$bench" plan plan.ini --site site.ini --seed 7 | sed "s/}}*\$/,\"object\":\"$object\",\"phases\":[\"prepare\",\"measure\"]}/; s/\"options\":{\([^}]*\),\"object\"/\"options\":{\1},\"object\"/; s/\"seed\":[0-9]*/\"seed\":${5:-1}/" |
		{ cat; echo go; } | "$bench" worker >out 2>err
	grep -q '"status":"ok"' out || diag "$(cat out err)"
}

usable=$("$bench" list --json | perl -MJSON::PP -0777 -ne \
	'print join " ", map { $_->{name} } grep { $_->{usable} } @{decode_json $_}')
written local write 64k 1
first=$file
same() { # TARGET BLOCK DEPTH
	case " local $usable " in
	*" $1 "*) ;;
	*)
		skip "$*" "$1 is not usable here"
		return ;;
	esac
	written "$1" write "$2" "$3"
	ok "the same seed gives the same bytes: $*" cmp "$first" "$file"
}
same local 4k 1
same local 64k 16
same local 1M 2
same uring 64k 4
same uring 4k 64
written local write 64k 1 2
second=$file
not_ok 'another seed gives other bytes' cmp -s "$first" "$second"
written local randwrite 4k 1
random=$file
written local randwrite 4k 16
ok 'also at random places' cmp "$random" "$file"

cat "$first" "$second" >two
whole=$(stat -c %s two)
least=$((whole * 99 / 100))
squeezed() { # NAME COMMAND...
	name=$1
	shift
	if ! command -v "$1" >/dev/null; then
		skip "$name keeps 99 %" "$1 is not installed"
		return
	fi
	n=$("$@" <two | wc -c)
	ok "$name keeps 99 %" test "$n" -ge "$least"
}
squeezed zstd zstd -19 --long=31 -c -q
squeezed xz xz -9 -c
squeezed gzip gzip -9 -c
is 'no two sectors of two files are equal' "$(perl -e '
	my ($n, %seen) = 0;
	while (read STDIN, my $s, 512) { $n++; $seen{$s}++ }
	print $n - keys %seen' <two)" 0
done_testing
