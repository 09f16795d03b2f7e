#!/bin/sh
# What ie-podman costs over bare Podman, on a throwaway machine (namespaces; the
# stores in memory, or in a folder of DISK): both sides in turn, in random order
# within each round; medians of ROUNDS with their 95 % intervals (order
# statistics; the extremes where there are fewer than six), and of the rounds'
# differences and ratios.
#   commands  against the very podman command that runs, as `check` shows it;
#             and how long it takes to say that there is no such container, when
#             another user has it and when nobody has
#   build     against rootful Podman without user namespace in its own store, on
#             a base of the user's own and on one of the site's
#   sif       against `podman export | mksquashfs` of the same 500 MB, and gzip
# usage (root, from the top folder, after make test-programs):
#	[ROUNDS=N] [DISK=DIR] tool/overhead.sh commands|build|sif
set -eu
cd "$(dirname "$0")/.."
PART=${PART:-${1:?commands, build or sif}}
export PART
# shellcheck source=tests/live/podman-lib.sh
. tests/live/podman-lib.sh
podman_enter tool/overhead.sh

if [ -n "${DISK:-}" ]; then
	folder=$(mktemp -d "$DISK/ie-podman-overhead.XXXXXX")
	trap 'umount -l "$home/state" "$home/bare"; rm -rf "$folder"' EXIT
fi
for part in state bare; do
	mkdir -p "$home/$part"
	[ -z "${DISK:-}" ] || {
		mkdir "$folder/$part"
		mount --bind "$folder/$part" "$home/$part"
	}
done
[ "$PART" != commands ] ||
	podman network create --disable-dns --subnet 10.91.0.0/16 net0 >/dev/null
podman network create --disable-dns --subnet 10.92.0.0/16 bare0 >/dev/null
podman_conf '
	address_rest_s = 0s
	addresses_per_user = 100
	cpus_max = 4
	memory_max = 8g
	[network net0]
	subnet = 10.91.0.0/16'
uid=$(id -u alice)
run=$home/run/$uid
alice "$pod" ps >/dev/null
ours="exec setpriv --reuid alice --regid alice --init-groups $pod"
theirs="exec setpriv --reuid 0 --regid 0 --clear-groups env -i \
PATH=$PATH HOME=$home/run/hooks TMPDIR=$home/state/users/$uid/tmp \
CONTAINERS_CONF=$home/containers.conf \
CONTAINERS_STORAGE_CONF=$run/storage.conf \
REGISTRY_AUTH_FILE=$home/run/auth.json"

# Milliseconds. TITLE OURS BARE [ROUNDS [AFTER_OURS AFTER_BARE]]
compare() {
	perl -MTime::HiRes=time -e '
		require "./lib/median.pl";
		my ($title, $n, @lines) = @ARGV;
		my (@t, @more, @ratio);
		for my $round (0 .. $n) { # the first does not count
			for my $i (rand() < 0.5 ? (0, 1) : (1, 0)) {
				my $start = time;
				system("sh", "-c", $lines[$i]) == 0 or die
					"$title: $lines[$i]: failed\n";
				push @{$t[$i]}, 1000 * (time - $start)
					if $round;
				system("sh", "-c", $lines[2 + $i]) == 0 or die
					"$title: $lines[2 + $i]: failed\n"
					if $lines[2 + $i];
			}
		}
		for my $i (0 .. $n - 1) {
			push @more, $t[0][$i] - $t[1][$i];
			push @ratio, $t[0][$i] / $t[1][$i];
		}
		printf "%-16s %3d  %-22s %-22s %-20s %s\n", $title, $n,
			median("%.1f", @{$t[0]}), median("%.1f", @{$t[1]}),
			median("%.1f", @more), median("%.3f", @ratio);
	' "$1" "${4:-${ROUNDS:-15}}" "$2" "$3" "${5:-}" "${6:-}"
}
printf '%-16s %3s  %-22s %-22s %-20s %s\n' "$PART, ms" n ours bare more ratio

commands() {
	image=$(alice "$pod" inspect --type image localhost/base |
		sed -n 's/.*"Id": "\(.*\)",/\1/p')
	alice "$pod" run -d --name web base \
		sh -c 'while :; do sleep 1; done' >/dev/null
	one ps ps
	one images images
	one exec exec web id
	one logs logs web
	one inspect inspect web
	one run run --rm base id
	one 'run --ip' run --rm --ip base id
	bob "$pod" run -d --name web base \
		sh -c 'while :; do sleep 1; done' >/dev/null
	for words in 'logs NAME' 'exec NAME id' 'rm NAME'; do
		compare "bob's, nobody's" \
			"! ($ours $(echo "$words" | sed s/NAME/bob-web/)) >/dev/null 2>&1" \
			"! ($ours $(echo "$words" | sed s/NAME/bob-wed/)) >/dev/null 2>&1"
	done
}

# The podman command of these words, as a line of shell
bare() {
	alice "$pod" check -- "$@" | sed "s/^permit: //
		s/<first id>/2147483648/g; s/<ID of [^>]*>/$image/
		s/'--network=<network>'/--network=bare0/
		s/'--ip=<address>'//; s/'--mac-address=<[^>]*>'//
		s/'--name=alice-<random>'//"
}
one() { # TITLE WORDS...
	title=$1
	shift
	compare "$title" "$ours $* >/dev/null 2>&1" \
		"$theirs $(bare "$@") >/dev/null 2>&1"
}

bare_podman="exec env CONTAINERS_CONF=$home/containers.conf podman \
--root $home/bare --runroot $home/bare-run --tmpdir $home/bare-tmp"

# One image in all three stores: the site's, alice's (as alice-own), root's
everywhere() { # TREE
	tar -C "$1" -c . >"$home/tree.tar"
	site_podman import -q "$home/tree.tar" localhost/large >/dev/null
	sh -c "$bare_podman import -q $home/tree.tar localhost/large" >/dev/null
	mkdir "$home/alice/own"
	mv "$home/tree.tar" "$home/alice/own/"
	printf 'FROM scratch\nADD tree.tar /\n' >"$home/alice/own/Containerfile"
	alice "$pod" build -t own own >/dev/null 2>&1
	rm "$home/alice/own/tree.tar"
}

# Six steps on a base of 100 MB and 5000 files
build() {
	mkdir "$tree/many"
	i=0
	while [ $i -lt 5000 ]; do
		echo $i >"$tree/many/$i"
		i=$((i + 1))
	done
	dd if=/dev/urandom of="$tree/large" bs=1M count=100 status=none
	everywhere "$tree"
	mkdir "$home/alice/ctx"
	cat >"$home/alice/ctx/Containerfile" <<-'EOF'
		ARG BASE
		FROM $BASE
		COPY Containerfile /a
		RUN echo 1 >/b
		RUN cat /large >/copy
		RUN i=0; while [ $i -lt 2000 ]; do echo $i >/many/new$i; \
			i=$((i + 1)); done
		RUN echo 2 >/c
		CMD ["sh"]
	EOF
	for base in alice-own localhost/large; do
		compare "on $(basename "$base")" "cd $home/alice && $ours build \
--no-cache --build-arg BASE=$base -t x ctx >/dev/null 2>&1" \
			"$bare_podman build --no-cache --network=none \
--build-arg BASE=localhost/large -t x $home/alice/ctx >/dev/null 2>&1" \
			"${ROUNDS:-9}" "$ours rmi -f x >/dev/null 2>&1" \
			"$bare_podman rmi -f x >/dev/null 2>&1"
	done
}

# 500 MB of this machine's own programs
sif() {
	mkdir "$home/usr"
	find /usr -xdev -type f -printf '%s %p\n' | sort -k 2 |
		awk '{ if ((sum += $1) > 5e8) exit; print $2 }' |
		tar -c -T - 2>/dev/null | tar -x -C "$home/usr"
	everywhere "$home/usr"
	id=$(sh -c "$bare_podman create --network none localhost/large x")
	compare 'zstd 3' "cd $home/alice && $ours sif -f own x.sif \
>/dev/null 2>&1" "($bare_podman export $id) | mksquashfs - $home/alice/x.sqfs \
-tar -noappend -comp zstd -Xcompression-level 3 >/dev/null 2>&1" "${ROUNDS:-5}"
	compare 'gzip, zstd 3' "cd $home/alice && $ours sif --compress gzip -f \
own x.sif >/dev/null 2>&1" "cd $home/alice && $ours sif -f own x.sif \
>/dev/null 2>&1" 3
}
"$PART"
