#!/bin/sh
# What ie-podman costs, and what an address is worth: the tables of
# tool/README.md. In turn and in random order; medians with their 95 % intervals
# (order statistics), of the rounds' differences where two commands are compared.
#   commands  against the same command of podman's
#   network   a container of each kind and a machine beyond the host's uplink,
#             joined by a veth: nothing here is faster than this machine is
# usage (root, after `make`; needs iperf3, qperf, passt, jq, bc):
#	[ROUNDS=N] sh tests/live/podman-speed.sh
# shellcheck disable=SC2086
set -eu
export LC_ALL=C
cd "$(dirname "$0")/../.."
# shellcheck source=tests/live/podman-lib.sh
. tests/live/podman-lib.sh
podman_enter tests/live/podman-speed.sh

# pairs FORMAT COMMAND-A COMMAND-B: ROUNDS times each, in ms
pairs() {
	ROUNDS=${ROUNDS:-31} perl -e '
		use Time::HiRes "time";
		require "./lib/median.pl";
		my ($title, @commands) = @ARGV;
		my (@t, @more);
		sub one {
			my $start = time;
			system("sh", "-c", "exec $_[0] >/dev/null 2>&1") == 0 or
				die "$_[0]: failed\n";
			return 1000 * (time - $start);
		}
		for my $round (0 .. $ENV{ROUNDS}) { # the first does not count
			my @ms;
			$ms[$_] = one($commands[$_])
				for rand() < 0.5 ? (0, 1) : (1, 0);
			next unless $round;
			push @{$t[$_]}, $ms[$_] for 0, 1;
			push @more, $ms[1] - $ms[0];
		}
		printf "%-26s %3d  %-22s %-22s %s\n", $title, scalar @more,
			median("%.1f", @{$t[0]}), median("%.1f", @{$t[1]}),
			median("%.1f", @more);
	' "$@"
}
alices="setpriv --reuid alice --regid alice --init-groups env -i \
HOME=$home/alice XDG_RUNTIME_DIR=/run/user/$(id -u alice) \
PATH=/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin"

far() {
	ip netns exec far "$@"
}
far_make() {
	ip netns add far
	ip link add site type veth peer name far
	ip link set far netns far
	ip address add 10.91.0.254/24 dev site
	ip link set site up
	ip route add default via 10.91.0.253
	far sh -c 'ip address add 10.91.0.253/24 dev far
		ip link set far up; ip link set lo up'
	echo 0 >/proc/sys/net/ipv4/neigh/site/proxy_delay
	far iperf3 -s -D >/dev/null
	far qperf &
}
printf '[storage]\ndriver = "overlay"\nrunroot = "%s"\ngraphroot = "%s"\n' \
	"$home/run" "$home/store" >"$home/storage.conf"
# localhost/base with the programs that measure
tools_in() {
	for program in iperf3 qperf; do
		cp "$(command -v $program)" "$tree/bin"
		ldd "$(command -v $program)" | sed -n 's/.* \(\/[^ ]*\) .*/\1/p' |
			xargs -I '{}' cp --parents '{}' "$tree"
	done
	echo 'root:x:0:0::/:/bin/sh' >"$tree/etc/passwd"
	cp --parents /lib64/ld-linux-x86-64.so.2 "$tree"
	tar -C "$tree" -cf "$home/tree.tar" .
	alice podman import -q "$home/tree.tar" localhost/tools
	root podman import -q "$home/tree.tar" localhost/tools
}
root() { # podman ...
	shift
	CONTAINERS_STORAGE_CONF=$home/storage.conf podman "$@"
}
# A container of each kind, and how to run a command in it
inside() { # KIND COMMAND...
	kind=$1
	shift
	case $kind in
	host) "$@" ;;
	bridge) root podman exec bridge "$@" ;;
	pasta) nsenter -t "$pasta" -U -n --preserve-credentials "$@" ;;
	*) alice podman exec "$kind" "$@" ;;
	esac
}
kinds_make() {
	sleep='sleep 100000'
	alice "$pod" run -d --ip=10.91.0.7 --name address tools $sleep
	alice podman run -d --network slirp4netns --name slirp4netns tools $sleep
	root podman run -d --name bridge tools $sleep
	alice sh -c 'exec pasta -q --config-net -f -- sleep 100000' &
	left=50
	until pasta=$(pgrep -u alice -f '^sleep 100000' | while read -r pid; do
		[ "$(cat /proc/$pid/comm)" = sleep ] &&
			! grep -q libpod /proc/$pid/cgroup /proc/$pid/mountinfo &&
			echo $pid
	done | tail -1) && [ -n "$pasta" ] || [ $left = 0 ]; do
		left=$((left - 1))
		sleep 0.1
	done
}
network() {
	rounds=${NETWORK_ROUNDS:-9}
	for _ in $(seq $rounds); do
		for kind in $(printf '%s\n' host bridge address slirp4netns pasta |
			shuf); do
			for way in '' -R; do
				gbit=$(inside $kind iperf3 -c 10.91.0.253 -t 2 $way \
					-J | jq '.end.sum_received.bits_per_second / 1e9')
				echo "$kind ${way:-out} $gbit"
			done
			us=$(inside $kind qperf -t 2 -uu 10.91.0.253 tcp_lat |
				sed -n 's/.*latency *= *\([0-9.]*\).*/\1/p')
			# qperf has half of a round trip, in ns
			echo "$kind rtt $(echo "$us * 2 / 1000" | bc -l)"
		done
	done >"$home/network"
	perl -e 'require "./lib/median.pl";
		while (<>) { my ($k, $w, $v) = split; push @{$d{$k}{$w}}, $v; }
		printf "%-14s %3s  %-18s %-18s %s\n", "network", "n",
			"out, Gbit/s", "in, Gbit/s", "round trip, us";
		for my $k (qw(host bridge address slirp4netns pasta)) {
			printf "%-14s %3d  %-18s %-18s %s\n", $k,
				scalar @{$d{$k}{rtt}},
				median("%.2f", @{$d{$k}{out}}),
				median("%.2f", @{$d{$k}{"-R"}}),
				median("%.1f", @{$d{$k}{rtt}});
		}' "$home/network"
}

netd_conf 'pools = 10.91.0.0/25' 'uplink = site' 'per_user = 100'
far_make
netd_start
tools_in >/dev/null
kinds_make >/dev/null
printf '%-26s %3s  %-22s %-22s %s\n' command n 'podman, ms' 'ie-podman, ms' more
p="$alices podman" i="$alices $pod" t="--network none --rm base true"
pairs 'run --network none' "$p run $t" "$i run $t"
pairs 'run --ip' "$p run $t" "$i run --ip --rm base true"
for command in ps images 'exec address true' 'inspect address' \
	'logs address'; do
	pairs "$command" "$p $command" "$i $command"
done
network
