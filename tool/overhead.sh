#!/bin/sh
# What ie-podman costs over the very podman command that it executes (as
# `ie-podman check` shows it), both in turn, on a throwaway machine: median of
# ROUNDS, milliseconds. The build is measured against bare rootful Podman on its
# own store, without user namespace, on the same Containerfile.
# usage (root, from the top folder, after make test-programs): tool/overhead.sh
set -eu
cd "$(dirname "$0")/.."
# shellcheck source=tests/live/podman-lib.sh
. tests/live/podman-lib.sh
podman_enter tool/overhead.sh
rounds=${ROUNDS:-15}

podman network create --disable-dns --subnet 10.91.0.0/16 net0 >/dev/null
podman_conf '
	address_rest_s = 0s
	addresses_per_user = 100
	[network net0]
	subnet = 10.91.0.0/16'
uid=$(id -u alice)
image=$(alice "$pod" inspect --type image localhost/base |
	sed -n 's/.*"Id": "\(.*\)",/\1/p')
run=$home/run/$uid
alice "$pod" run -d --name web base sh -c 'while :; do sleep 1; done' \
	>/dev/null

# The podman command of these words, as a line of shell
bare() {
	alice "$pod" check -- "$@" | sed "s/^permit: //
		s/<first id>/2147483648/g; s/<ID of [^>]*>/$image/
		s/'--network=<network>'/--network=net0/
		s/'--ip=<address>'//; s/'--mac-address=<[^>]*>'//
		s/'--name=alice-<random>'//"
}

# Medians of both, and their difference. TITLE OURS BARE
compare() {
	perl -MTime::HiRes=time -e '
		my ($title, $n, @lines) = @ARGV;
		my @t;
		for my $i (0 .. 2 * $n + 1) {
			my $which = $i % 2;
			my $start = time;
			system("sh", "-c", $lines[$which]) == 0 or die
				"$title: $lines[$which]: failed\n";
			push @{$t[$which]}, 1000 * (time - $start) if $i > 1;
		}
		my @m = map { (sort { $a <=> $b } @$_)[@$_ / 2] } @t;
		printf "%-12s %8.1f %8.1f %8.1f %6.2f\n", $title, @m,
			$m[0] - $m[1], $m[0] / $m[1];' "$1" "${4:-$rounds}" \
		"$2" "$3"
}

ours="exec setpriv --reuid alice --regid alice --init-groups $pod"
theirs="exec setpriv --reuid 0 --regid 0 --clear-groups env -i \
PATH=$PATH HOME=$home/run/hooks TMPDIR=$home/state/users/$uid/tmp \
CONTAINERS_CONF=$home/containers.conf \
CONTAINERS_STORAGE_CONF=$run/storage.conf \
REGISTRY_AUTH_FILE=$home/run/auth.json"
printf '%-12s %8s %8s %8s %6s\n' command ours bare more ratio
one() { # TITLE WORDS...
	title=$1
	shift
	compare "$title" "$ours $* >/dev/null 2>&1" \
		"$theirs $(bare "$@") >/dev/null 2>&1"
}
one ps ps
one images images
one exec exec web id
one logs logs web
one inspect inspect web
one run run --rm base id
one 'run --ip' run --rm --ip base id

# --- build: seven steps on a base of 100 MB and 5000 files -------------------
tree=$home/tree
mkdir "$tree/many"
i=0
while [ $i -lt 5000 ]; do
	echo $i >"$tree/many/$i"
	i=$((i + 1))
done
dd if=/dev/urandom of="$tree/large" bs=1M count=100 status=none
tar -C "$tree" -c . | site_podman import - localhost/alice-large >/dev/null 2>&1
mkdir "$home/alice/ctx" "$home/alice/large"
tar -C "$tree" -cf "$home/alice/large/tree.tar" .
printf 'FROM scratch\nADD tree.tar /\n' >"$home/alice/large/Containerfile"
alice "$pod" build -t large large >/dev/null 2>&1
rm "$home/alice/large/tree.tar"
cat >"$home/alice/ctx/Containerfile" <<'EOF'
FROM alice-large
COPY Containerfile /a
RUN echo 1 >/b
RUN cat /large >/copy
RUN i=0; while [ $i -lt 2000 ]; do echo $i >/many/new$i; i=$((i + 1)); done
RUN echo 2 >/c
CMD ["sh"]
EOF
compare build "cd $home/alice && $ours build --no-cache -t x ctx >/dev/null 2>&1" \
	"exec env CONTAINERS_CONF=$home/containers.conf podman --root \
$home/site --runroot $home/site-run --tmpdir $home/site-tmp build --no-cache \
--network=none -t x $home/alice/ctx >/dev/null 2>&1" 5
