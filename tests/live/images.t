#!/bin/sh
# Image builds with the real engines on a tiny base: each is what it says it
# is, its store is left as it was, and what cannot be measured is said.
# IE_REQUIRE words: docker, podman, ceph, gnuplot.
# shellcheck disable=SC2016,SC2317
set -eu
cd "$(dirname "$0")/../.."
# shellcheck source=tests/cli/bench-lib.sh
. tests/cli/bench-lib.sh
build=${bench%/*}
cluster=$tmp/c

cleanup() {
	"$build/ie-cluster" down --dir "$cluster" >/dev/null 2>&1 || :
	rm -rf "$tmp"
}
trap cleanup EXIT

have_docker() {
	[ "$(id -u)" = 0 ] && command -v dockerd && command -v /usr/bin/docker
}
have_podman() {
	[ "$(id -u)" = 0 ] && command -v podman && command -v newuidmap &&
		command -v fuse-overlayfs
}
need docker have_docker || done_testing
need podman have_podman || done_testing
hosts() { # what engines could leave
	find /sys/fs/cgroup -maxdepth 2 -name "ie-cluster*$(basename "$tmp")*"
	grep -e "$tmp" -e ie-cluster /proc/mounts || :
	losetup --list --noheadings --output BACK-FILE | grep "$tmp" || :
	grep ie-bench /etc/passwd /etc/subuid || :
	for run in all anew warm home away broken liars full refused bad ids '*-t-*'; do
		find /tmp -maxdepth 1 -name "ie-bench.$run.s*"
	done
}
hosts >before

have_homes() {
	command -v ceph-osd && command -v ceph-fuse && command -v ganesha.nfsd
}
homes=
! need ceph have_homes || homes='ceph nfs'
# shellcheck disable=SC2086 # words
ok 'docker and podman come up' timeout 300 \
	"$build/ie-cluster" up $homes docker podman --dir "$cluster"
"$build/ie-cluster" site --dir "$cluster" >site.ini

# --- a base of one program, and builds on it
mkdir -p root/bin root/data/old/deep good broken
cp /bin/busybox root/bin/
for a in sh echo cat mkdir seq false rm find sort tr; do
	ln -s busybox "root/bin/$a"
done
echo 1 >root/data/base
echo 2 >root/data/old/deep/file
# More than a store may keep
head -c 6291456 /dev/urandom >root/ballast
tar -C root -cf base.tar .
tar -C root --exclude ./ballast -cf small.tar .
# What it removes is of its own and of its base
cat >good/Containerfile <<-'F'
	ARG BASE
	FROM ${BASE}
	RUN seq 1 100000 >/data/numbers && echo ie:run-done
	COPY words /data/words
	RUN cd /data && rm -r base old numbers && echo ie:run-done
F
echo words >good/words
cat >good/check <<-'F'
	found=$(find /data | sort | tr '\n' ' ')
	[ "$found" = '/data /data/words ' ] || {
		echo "there is: $found"
		exit 1
	}
F
cat >broken/Containerfile <<-'F'
	ARG BASE
	FROM ${BASE}
	RUN echo this goes wrong; false
F
plan() { # ENGINES BUILD [LINES]; lines can ask for system calls: twice the time
	printf '[plan]\nname = t\ntimeout = 60\n[image i]\nengines = %s\n' "$1" \
		>plan.ini
	printf 'build = %s\nbase = base.tar\n%b\n' "$2" \
		"${3:-syscalls = no}" >>plan.ini
}
measured() { # RUN_ID SECONDS
	status=0
	timeout "$2" "$bench" run plan.ini --site site.ini --run-id "$1" \
		--progress none >out 2>err </dev/null || status=$?
}

# --- all of them
plan '*' good
measured all 900
engines='docker docker-buildkit ie-podman podman podman-fuse podman-rootless-fuse podman-rootless-overlay podman-rootless-vfs podman-vfs'
is 'every engine builds' "$status $(samples \
	'$r->{status} eq "ok" ? undef : "$r->{case}: @{$r->{reasons}}"' all)" \
	'0 '
is 'all nine of them' "$(samples '$r->{engine}' all | sort | tr '\n' ' ')" \
	"$engines "
is 'each on the storage driver that it names' "$(samples \
	'"$r->{engine}=$r->{storage_driver}"' all | sort | tr '\n' ' ')" \
	'docker-buildkit=overlay2 docker=overlay2 ie-podman=overlay podman-fuse=fuse-overlayfs podman-rootless-fuse=fuse-overlayfs podman-rootless-overlay=overlay podman-rootless-vfs=vfs podman-vfs=vfs podman=overlay '
is 'and says its runtime and version' "$(samples '$r->{runtime} &&
	$r->{engine_version} ? undef : $r->{engine}' all)" ''
is 'the parts of a build are no more than the whole' "$(samples \
	'$r->{engine} eq "docker-buildkit" || ($r->{run_ns} > 0 &&
	$r->{wall_ns} >= $r->{run_ns} + $r->{copy_ns} + $r->{commit_ns})
	? undef : $r->{case}' all)" ''
is 'a store grows by what was built' "$(samples \
	'$r->{store_bytes} > 500000 && $r->{store_files} > 0 ? undef
	: "$r->{case} $r->{store_bytes}"' all)" ''
is 'processor time of its own is no more than the machines' "$(samples \
	'$r->{own_cpu_ns} > 0 && $r->{own_cpu_ns} < $r->{machine_cpu_ns} + 2e8
	? undef : "$r->{case} $r->{own_cpu_ns} $r->{machine_cpu_ns}"' all)" ''
is 'the disk below it is counted' "$(samples \
	'$r->{written_bytes} > 0 || grep(/^written_bytes:/, @{$r->{uncounted}})
	? undef : $r->{case}' all)" ''
is 'and leaves the same tree, without what was removed' "$(samples \
	'$r->{verified} ? undef : $r->{case}' all)" ''

# --- a folder that comes anew. fuse-overlayfs 1.10 shows the old one's files
mkdir anew
cat >anew/Containerfile <<-'F'
	ARG BASE
	FROM ${BASE}
	RUN rm -r /data && mkdir /data && echo ie:run-done
F
echo '[ -z "$(find /data -type f)" ] || { find /data; exit 1; }' >anew/check
plan 'docker ie-podman podman' anew
measured anew 300
is 'a folder that was removed and made anew is empty' "$status $(samples \
	'$r->{verified} ? undef : $r->{case}' anew)" '0 '

# --- cached
plan 'docker podman' good 'cache = warm'
measured warm 300
is 'a cached build adds nothing to the store' "$status $(samples \
	'$r->{store_bytes} < 200000 ? undef : "$r->{case} $r->{store_bytes}"' \
	warm)" '0 '
counted() { # RUN_ID
	samples '($r->{syscalls} && $r->{syscalls}{total} >
		$r->{syscalls}{openat}) || grep(/^syscalls:/,
		@{$r->{uncounted}}) ? undef : $r->{case}' "$1"
}
is 'system calls are counted by kind, or it says why not' "$(counted warm)" ''

# --- a home elsewhere
mkdir -p home
chmod 755 "$tmp" home
{
	cat site.ini
	printf '[target elsewhere]\ndriver = posix\npath = %s\nfstype = %s\n' \
		"$tmp/home" "$fstype"
} >site.home
mv site.home site.ini
plan 'podman-rootless-overlay ie-podman' good 'home = elsewhere'
measured home 300
is 'a rootless store can lie in a home elsewhere' \
	"$status $(samples '$r->{status} eq "ok" && $r->{home} eq "elsewhere"
	? undef : "$r->{case}: @{$r->{reasons}}"' home)" '0 '
is 'and nothing of it stays' "$(ls home)" ''
is 'nor of the second build that counts system calls' "$(counted home)" ''

in_podman() {
	"$build/ie-cluster" exec --dir "$cluster" podman -- "$@"
}
# fuse-overlayfs in place of the kernel's overlay: Podman does it by itself
if [ -n "$homes" ]; then
	mkdir one
	printf 'ARG BASE\nFROM ${BASE}\nRUN echo 1 >/one\n' \
		>one/Containerfile
	plan 'podman-rootless-vfs podman-rootless-overlay' one \
		'home = home-cephfs home-nfs\nsyscalls = no'
	sed -i s/base.tar/small.tar/ plan.ini
	measured away 300
	is 'on CephFS vfs builds, and what takes the place of overlay is found' \
		"$(samples '$r->{home} eq "home-cephfs"
		? "$r->{engine}: $r->{status} @{$r->{reasons}}" : undef' away |
		sort)" 'podman-rootless-overlay: invalid it uses the storage driver fuse-overlayfs where overlay was asked for
podman-rootless-vfs: ok '
	is 'nothing of them stays there' "$(in_podman ls /mnt/cephfs)" ''
	# This kernel may have a client of NFS, and the server's owners then
	# decide; an engine that fails says so itself
	is 'on NFS each builds, or says why not' "$(samples \
		'$r->{home} ne "home-nfs" || $r->{status} eq "ok" ||
		length($r->{reasons}[0]) > 20 ? undef : $r->{engine}' away)" ''
	said=$("$build/ie-cluster" status --dir "$cluster" --json |
		grep -c '"no_home_nfs":"..*"' || :)
	is 'NFS is mounted, or the cluster says why not' \
		$((said + $(in_podman grep -c ' /mnt/nfs nfs' /proc/mounts || :))) 1
fi

# --- what does not work
plan 'docker docker-buildkit ie-podman podman podman-rootless-vfs' broken
measured broken 300
is 'a build that fails is a failed sample, and the run goes on' \
	"$status $(samples '$r->{status}' broken | sort | uniq -c |
	tr -s ' ')" '1  5 failed'
is 'each says how it ended' "$(samples \
	'$r->{reasons}[0] =~ /^$r->{target}: build .*broken: exit status \d+: \S/
	? undef : $r->{reasons}[0]' broken)" ''

# --- what is not what it says
# wrapped NAME SED: the target podman as NAME, by a program of this script
wrapped() {
	sed -n '/^\[target podman\]/,/^$/p' site.good |
		sed "s,^\[target podman\],[target $1],; s,/podman\$,/$1,
			/^driver/a program = $tmp/$1.sh" >>site.ini
	{
		echo '#!/bin/sh'
		cat
		echo 'exec podman "$@"'
	} >"$1.sh"
	chmod +x "$1.sh"
}
cp site.ini site.good
# Asked for overlay, it takes vfs, and tells nobody
wrapped fallback <<-'W'
	n=$#
	for word; do
		[ "$word" != overlay ] || word=vfs
		set -- "$@" "$word"
	done
	shift "$n"
W
# It removes nothing
wrapped hoarder <<-'W'
	for word; do
		[ "$word" != rmi ] || exit 0
	done
W
# It removes nothing in a build either
wrapped keeper <<-'W'
	for word; do
		[ ! -f "$word" ] || sed -i 's/rm -r base old/rm -r old/' "$word"
	done
W
plan 'fallback hoarder keeper' good
measured liars 300
is 'all are measured' "$status" 0
like 'a fallback to another storage driver makes the sample invalid' \
	"$(samples '$r->{engine} eq "podman" && $r->{target} eq "fallback"
	? "$r->{status}: $r->{reasons}[0]" : undef' liars)" \
	'invalid: it uses the storage driver vfs where overlay was asked for'
like 'and so does what a build leaves behind' \
	"$(samples '$r->{target} eq "hoarder"
	? "$r->{status}: $r->{reasons}[0]" : undef' liars)" \
	'invalid: the store has kept [0-9]* bytes of this build'
is 'and an image that still has what was removed' \
	"$(samples '$r->{target} eq "keeper" ? "$r->{status}: $r->{reasons}[0]"
	: undef' liars)" \
	'invalid: keeper: check what was built: exit status 1: there is: /data /data/base /data/words '

# --- bad days, on engines that nobody has used yet
ok 'the cluster goes' timeout 120 "$build/ie-cluster" down --dir "$cluster"
ok 'and comes again, with small disks' env IE_DISK_GIB=2 timeout 300 \
	"$build/ie-cluster" up docker podman --dir "$cluster"
"$build/ie-cluster" site --dir "$cluster" >site.ini
# Enough for a build as far as anyone can tell before it
mkdir full
cat >full/Containerfile <<-'F'
	ARG BASE
	FROM ${BASE}
	RUN cat /dev/zero >/too-large
F
in_podman sh -c 'free=$(($(stat -f -c "%a * %S" /mnt/podman)))
	fallocate -l $((free - (1100 << 20))) /mnt/podman/taken'
plan 'ie-podman' full
measured full 300
is 'a disk that fills is a failed sample with the engine'"'"'s own word' \
	"$status $(samples '$r->{status} eq "failed" &&
	$r->{reasons}[0] =~ /[Nn]o space left|exit status/ ? undef
	: "$r->{engine}: $r->{reasons}[0]"' full)" '1 '
in_podman fallocate -l 1500M /mnt/podman/taken
plan 'ie-podman podman' good
measured refused 300
is 'one that is full is refused before, in numbers' \
	"$status $(samples '$r->{reasons}[0] =~
	/^$r->{target}: too little space: \d+ bytes needed, \d+ free$/ ? undef
	: "$r->{engine}: $r->{reasons}[0]"' refused)" '1 '
in_podman rm /mnt/podman/taken
is 'and nothing of them stays' "$(find /tmp -maxdepth 1 \
	-name 'ie-bench.full.*' -o -maxdepth 1 -name 'ie-bench.refused.*')" ''

in_podman chmod 600 /dev/fuse # the cluster's own
pid=$(cat "$cluster/docker/run/dockerd.pid")
in_podman kill -KILL "$pid"
plan 'docker docker-buildkit podman podman-rootless-fuse' good
measured bad 300
is 'without a dockerd and /dev/fuse the others go on' \
	"$status $(samples '"$r->{engine}=$r->{status}"' bad | sort |
	tr '\n' ' ')" \
	'1 docker-buildkit=failed docker=failed podman-rootless-fuse=failed podman=ok '
is 'and each says why' "$(samples '$r->{status} eq "ok" ||
	$r->{reasons}[0] =~ m,/dev/fuse|docker daemon|fuse-overlayfs, ? undef
	: "$r->{engine}: $r->{reasons}[0]"' bad)" ''
# And who holds the namespace that the user has had so far
in_podman sh -c 'sed -i /^ie-bench:/d /etc/subuid /etc/subgid
	kill "$(cat /mnt/run/libpod/tmp/pause.pid)"'
plan podman-rootless-overlay good
measured ids 300
like 'nor does it go without subordinate ids' \
	"$(samples '"$r->{status}: $r->{reasons}[0]"' ids)" \
	'failed: *its user has no subordinate ids*'
ok 'these are good records' "$build/ie-stats" check results/all results/bad

ok 'the cluster goes' timeout 120 "$build/ie-cluster" down --dir "$cluster"

# --- what make bench does with a plan of builds
plan 'podman podman-vfs' "$tmp/good"
sed -i "s,^base = ,&$tmp/," plan.ini
if need gnuplot command -v gnuplot; then
	(cd "$root" && BUILD=$build RESULTS=$tmp/bench timeout 600 \
		sh bench/bench.sh "$tmp/plan.ini") >out 2>err </dev/null || cat err
	is 'it brings up engines and nothing else' \
		"$(grep -o '^[a-z-]* ready' out | tr '\n' ' ')" \
		'docker ready podman ready '
	like 'prints the table and the answers' "$(cat out)" \
		'*build: seconds, *podman-vfs *effects: *vfs vs overlay, rootful*'
	for file in report.html summary.txt data/builds.tsv plots/builds.svg \
		plots/factorial.pdf plots/effects.png; do
		ok "and writes $file" test -s "$(echo bench/*/$file)"
	done
fi
hosts >after
ok 'and the host is as it was' diff before after
done_testing
