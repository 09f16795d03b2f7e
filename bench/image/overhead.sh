#!/bin/sh
# What measuring costs a build: the wall time of a sample against the same
# command without the suite, in turn and in random order, on the same base and
# context, in a throwaway cluster. Medians with their 95 % intervals (order
# statistics), and those of the rounds' differences.
#   ENGINE   builds of `small`, with their layers cached (warm) and without
#   nothing  a program that ends at once: what the suite adds to any of them
# usage (root, after `make programs images`): [ROUNDS=N] bench/image/overhead.sh
set -eu
export LC_ALL=C
cd "$(dirname "$0")/../.."
bin=$(realpath "${BUILD:-build}")
tmp=$(mktemp -d "${TMPDIR:-/var/tmp}/ie-overhead.XXXXXX")
clean() {
	"$bin/ie-cluster" down --dir "$tmp/c" >/dev/null 2>&1 || :
	rm -rf "$tmp" "/tmp/ie-bench.overhead.$$"
}
trap clean EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
chmod 755 "$tmp"
"$bin/ie-cluster" up docker podman --dir "$tmp/c" --owner $$ >/dev/null

# Programs that stand before the engines: `tell` notes what it is asked to
# build, and goes on; `nothing` does nothing
cat >"$tmp/tell" <<'P'
#!/bin/sh
case " $* " in
*' build '*)
	printf '%s\0' env "CONTAINERS_CONF=${CONTAINERS_CONF:-}" \
		"DOCKER_HOST=${DOCKER_HOST:-}" \
		"DOCKER_BUILDKIT=${DOCKER_BUILDKIT:-}" "$0" "$@" \
		>"$(dirname "$0")/words"
	;;
esac
exec "$PROGRAM" "$@"
P
cat >"$tmp/nothing" <<'P'
#!/bin/sh
case " $* " in
*' info '*) echo '{"store":{"graphDriverName":"overlay"}}' ;;
esac
P
chmod 755 "$tmp/tell" "$tmp/nothing"

# A case for an engine: ENGINE PROGRAM CACHE
case_of() {
	"$bin/ie-cluster" site --dir "$tmp/c" |
		sed "s,^\[target $1\],&\nprogram = $tmp/tell,;/^program = .usr/d" \
			>"$tmp/site.ini"
	printf '[plan]\nname = overhead\ntimeout = 120\n[image o]
engines = %s\ncache = %s\nsyscalls = no\nbuild = %s\nbase = %s\n' "$1" "$3" \
		"$bin/images/small" "$bin/images/base.tar" >"$tmp/plan.ini"
	"$bin/ie-bench" plan "$tmp/plan.ini" --site "$tmp/site.ini" |
		sed 's/}$/,"object":"ie-bench.overhead.'$$'"/'
}

cat >"$tmp/turns" <<'P'
use strict;
use Time::HiRes 'time';
require './lib/median.pl';
my ($title, $n, $worker, $folder, $case) = @ARGV;
my (@t, @more);

sub work { # PHASES
	open my $f, '>', "$folder/case" or die;
	print $f "$case,\"phases\":[", join(',', map { "\"$_\"" } @_), "]}\ngo\n";
	close $f;
	my @said = `'$worker' worker <'$folder/case'`;
	$said[-1] =~ /"status":"ok"/ or die "$title: $said[-1]";
	return $said[-1] =~ /"wall_ns":(\d+)/ ? $1 / 1e6 : 0;
}

sub bare {
	open my $f, '<', "$folder/words" or die;
	my @words = split /\0/, <$f>;
	system 'sync';
	my $start = time;
	my $pid = fork // die;
	if ($pid == 0) {
		open STDOUT, '>', '/dev/null';
		open STDERR, '>', '/dev/null';
		exec @words;
	}
	waitpid $pid, 0;
	my $ms = 1000 * (time - $start);
	$? == 0 or die "$title: bare: exit status ", $? >> 8, "\n";
	return $ms;
}

work('prepare');
for my $round (0 .. $n) { # the first does not count
	for my $side ($round && rand() < 0.5 ? (1, 0) : (0, 1)) {
		my $ms = $side ? bare() : work('measure');
		push @{$t[$side]}, $ms if $round;
	}
}
work('remove');
push @more, $t[0][$_] - $t[1][$_] for 0 .. $n - 1;
printf "%-22s %3d  %-24s %-24s %s\n", $title, $n,
	median('%.1f', @{$t[0]}), median('%.1f', @{$t[1]}), median('%.1f', @more);
P

turns() { # TITLE ROUNDS ENGINE SERVICE PROGRAM CACHE
	case=$(case_of "$3" "$5" "$6")
	[ "$5" != "$tmp/nothing" ] || rm -f "$tmp/words"
	"$bin/ie-cluster" exec --dir "$tmp/c" "$4" -- env PROGRAM="$5" \
		perl "$tmp/turns" "$1" "$2" "$bin/ie-bench" "$tmp" "$case"
}
printf '%-22s %3s  %-24s %-24s %s\n' 'build, ms' n 'in a sample' bare more
for cache in warm none; do
	for engine in docker docker-buildkit; do
		turns "$engine, $cache" "${ROUNDS:-21}" $engine docker \
			/usr/bin/docker $cache
	done
	turns "podman, $cache" "${ROUNDS:-21}" podman podman /usr/bin/podman \
		$cache
done
# On the store that the builds before it have left
turns nothing "${ROUNDS:-101}" podman podman "$tmp/nothing" none
