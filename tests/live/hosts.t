#!/bin/sh
# shellcheck disable=SC2016,SC2317
# Whole hosts: what users have and a machine for tests may not. Each kind of
# thing that they are for works once: control groups 2, user sessions, rootless
# Podman on the kernel's overlay, units, Slurm; a command in one is like one
# here; they change neither each other nor what they start from.
# IE_REQUIRE word: hosts.
set -eu
# shellcheck source=tests/tap.sh
. "$(dirname "$0")/../tap.sh"
# shellcheck source=tests/live/cluster-lib.sh
. "$(dirname "$0")/cluster-lib.sh"
guests_setup
need hosts hosts_usable || done_testing

# --- what they start from -----------------------------------------------------

# remade VERSION_OF_PODMAN RECIPE: prepare.sh would make this base anew.
remade() {
	rm -rf "$T/base"
	mkdir "$T/base" "$T/path" 2>/dev/null || :
	printf '#!/bin/sh\necho making >&2\nexit 9\n' >"$T/path/mmdebstrap"
	chmod +x "$T/path/mmdebstrap"
	cp "$build/hosts/packages" "$build/hosts/recipe" "$T/base"
	: >"$T/base/disk.img"
	: >"$T/base/known"
	sed -i "s/^podman .*/podman $1/" "$T/base/packages"
	printf %s "$2" >>"$T/base/recipe"
	status=0
	PATH="$T/path:$PATH" sh provision/hosts/prepare.sh "$T/base" \
		2>"$T/err" || status=$?
	echo "$status $(tail -n 1 "$T/err")"
}
stale() {
	is 'a base that holds the newest packages stays' "$(remade 999 '')" '0 '
	is 'an older one is made anew' "$(remade 0.1 '')" '9 making'
	like 'and it is said why' "$(cat "$T/err")" \
		'*/base: made anew: podman * is newer*'
	is 'so is one of another recipe' "$(remade 999 x)" '9 making'
	rm -r "$T/base"
}

# A base with a unit that fails
broken_base() {
	mkdir "$T/base"
	cp --sparse=always "$build/hosts/disk.img" "$T/base"
	cp "$build/hosts/packages" "$T/base"
	printf '[Service]\nExecStart=/bin/false\n' >"$T/broken.service"
	{
		echo "write $T/broken.service etc/systemd/system/broken.service"
		echo 'symlink etc/systemd/system/multi-user.target.wants/broken.service /etc/systemd/system/broken.service'
	} | debugfs -w "$T/base/disk.img" >/dev/null 2>&1
}

refused() {
	fails 1 'not there; `make hosts` makes it' env IE_HOSTS_BASE=/nowhere \
		"$build/ie-cluster" up hosts --dir "$T/c"
	fails 1 'IE_HOSTS = 0: not a whole number in 1..9' env IE_HOSTS=0 \
		"$build/ie-cluster" up hosts --dir "$T/c"
	fails 1 'IE_HOST_MIB = 5x: not a whole number from 512 on' env \
		IE_HOST_MIB=5x "$build/ie-cluster" up hosts --dir "$T/c"
}

# --- a command in one ---------------------------------------------------------

as_here() {
	is 'its first process is systemd, and all its units are up' "$(in_node \
		h1 sh -c 'cat /proc/1/comm; systemctl is-system-running' |
		paste -sd ' ')" 'systemd running'
	is 'exec runs in this folder, which is the same there' "$(in_node h1 \
		sh -c 'pwd; cat tests/live/hosts.t' | sha256sum)" \
		"$({
			pwd
			cat tests/live/hosts.t
		} | sha256sum)"
	not_ok 'but cannot be written to' in_node h1 touch "$PWD/written"
	status=0
	in_node h1 sh -c 'exit 7' || status=$?
	is 'an exit status is passed on' $status 7
	is 'one that takes the agent with it ends itself only' "$(yes | in_node \
		h1 pkill -KILL guest-agent 2>&1 | sed 's/; its console.*//'
		in_node h1 systemctl is-active ie-cluster)" \
		'ie-cluster: exec: guest h1: its agent has ended
active'
	head -c 2000000 /dev/urandom >"$T/bytes"
	tar -C "$T" -c bytes | in_node h1 tar -C /root -x
	in_node h1 tar -C /root -c bytes | tar -x -O >"$T/copy"
	ok 'files go in and come out' cmp "$T/bytes" "$T/copy"
	ok 'hosts reach each other by name' in_node h1 ping -qc 1 -W 9 h2
	is 'no two have the same identity' "$(for h in h1 h2; do
		in_node $h sh -c 'cat /etc/machine-id; uname -n'
	done | sort | uniq -d)" ''
}

beside() {
	like 'a host with a failed unit comes up, too, and its name is said' \
		"$(cat "$T/other")" '*h1 (degraded: broken.service)*'
	is 'what a host writes no other one has' "$(in_node h2 ls /root
		"$build/ie-cluster" exec --dir "$T/d" h1 -- ls /root)" ''
	ok 'another cluster goes' "$build/ie-cluster" down --dir "$T/d"
	not_ok 'and leaves nothing' test -e "$T/d"
	is 'what they start from is as it was' \
		"$(stat -c '%i %y' "$build/hosts/disk.img")" "$image"
	rm -r "$T/base"
}

# --- what they are for --------------------------------------------------------

alice() { # SCRIPT: in a session of hers
	in_node h1 su - alice -c "$1"
}

kernel() {
	is 'control groups are version 2, with these controllers' \
		"$(in_node h1 sh -c 'stat -fc %T /sys/fs/cgroup
			cat /sys/fs/cgroup/cgroup.controllers' | paste -sd ' ')" \
		'cgroup2fs cpu io memory pids'
	in_node h1 useradd -m -s /bin/bash alice
	alice 'exec 3<>/dev/tcp/127.0.0.1/7
		printf "c\0\0\0\023/\0touch\0/run/owned\0" >&3; cat <&3' \
		>/dev/null 2>&1 || :
	is 'its users do not become root through the agent' \
		"$(in_node h1 ls /run/owned 2>/dev/null)" ''
	is 'modules are loaded when they are needed' "$(in_node h1 sh -c '
		ip link add v1 type veth peer name v2 && echo veth
		nft add table bridge t && echo nft
		iptables -t nat -A POSTROUTING -j MASQUERADE && echo nat')" \
		'veth
nft
nat'
	is 'users make namespaces, and overlays in them' "$(alice '
		mkdir -p o/l o/u o/w o/m; echo low >o/l/f; unshare -Urm sh -c "
			mount -t overlay -o lowerdir=o/l,upperdir=o/u,workdir=o/w,userxattr o o/m
			cat o/m/f; id -u"')" 'low
0'
	is 'users mount squashfs through FUSE' "$(alice '
		mksquashfs o/l s -quiet -no-progress; mkdir m
		squashfuse s m; cat m/f; fusermount -u m')" low
	is 'users make tunnels in their namespaces' "$(alice '
		unshare -Urn ip tuntap add t0 mode tap && echo tun')" tun
}

units() {
	is 'su is a session, with a manager of units' "$(alice '
		echo $XDG_RUNTIME_DIR; systemctl --user is-system-running')" \
		"/run/user/1000
running"
	in_node h1 systemd-run -q --on-active=0.1 --timer-property=AccuracySec=1ms \
		touch /run/timer
	ok 'timers run' within 10 in_node h1 test -e /run/timer
	like 'systemd-analyze knows what a unit may do' "$(in_node h1 \
		systemd-analyze security --no-pager munge.service)" \
		'*Overall exposure level for munge.service: *'
}

podman_works() {
	in_node h1 su - alice -c 'cat >busybox; chmod +x busybox' \
		</bin/busybox
	is 'rootless Podman uses the overlay of the kernel and systemd' \
		"$(alice 'podman info -f "{{.Store.GraphDriverName}} {{index .Store.GraphStatus \"Native Overlay Diff\"}} {{.Host.CgroupManager}} {{.Host.CgroupsVersion}} {{.Host.OCIRuntime.Name}}"')" \
		'overlay true systemd v2 crun'
	alice 'printf "FROM scratch\nCOPY busybox /bin/sh\n" >Containerfile
		podman build -q -t t . >/dev/null'
	is 'it builds an image and runs it, with limits and a network' \
		"$(alice 'podman run --rm --memory 64m --pids-limit 33 --network slirp4netns t \
		sh -c "cd /sys/fs/cgroup; cat memory.max pids.max; ip addr" |
		grep -oE "^[0-9]+\$|tap0\$"' | paste -sd ' ')" '67108864 33 tap0'
	in_node h1 loginctl enable-linger alice
	alice 'podman run -d --network none t sh -c "while :; do sleep 1; done" >/dev/null'
	is 'who lingers has containers that outlive the session' "$(in_node h1 \
		sh -c 'loginctl show-user -P State alice
			pgrep -cf "^sh -c while"' | paste -sd ' ')" 'lingering 1'
	like 'they run in the groups of their user' "$(in_node h1 sh -c \
		'cat "/proc/$(pgrep -f "^sh -c while")/cgroup"')" \
		'0::/user.slice/user-1000.slice/user@1000.service/*/libpod-*.scope/container'
	is 'and systemd-run reaches that manager, too' "$(in_node h1 systemd-run \
		-q --user --machine=alice@.host --pipe --wait id -un)" alice
}

slurm_works() {
	in_node h1 sh -c 'cat >/etc/slurm/slurm.conf' <<'CONF'
ClusterName=t
SlurmctldHost=h1
ProctrackType=proctrack/cgroup
TaskPlugin=task/cgroup
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU_Memory
NodeName=h1 RealMemory=1000
PartitionName=all Nodes=ALL Default=YES
CONF
	in_node h1 sh -c 'cd /etc/slurm
		printf "CgroupPlugin=cgroup/v2\nConstrainRAMSpace=yes\n" >cgroup.conf
		systemctl start slurmctld slurmd'
	like "Slurm's jobs are held by control groups 2" "$(alice 'timeout 60 \
		srun --mem=100 sh -c "
			sed s,0::,, /proc/self/cgroup
			cd /sys/fs/cgroup/\$(sed s,0::,, /proc/self/cgroup)
			cat ../../../memory.max"' | paste -sd ' ')" \
		'/system.slice/*slurmstepd.scope/job_1/step_0/user/task_0 104857600'
}

described() {
	"$build/ie-cluster" status --dir "$T/c" --json >"$T/json"
	ok 'status --json says what they are' perl -MJSON::PP -e '
		$h = decode_json(<>)->{services}{hosts};
		exit !($h->{hosts} == 2 && $h->{cgroup} eq "cgroup2fs" &&
			$h->{podman} =~ /^\d/ && $h->{kernel} =~ /^\d/ &&
			$h->{packages_sha256} =~ /^[0-9a-f]{64}$/ &&
			$h->{daemons}{h1} && $h->{daemons}{h2})' "$T/json"
}

starts_again() {
	before_it=$(in_node h1 cat /proc/sys/kernel/random/boot_id)
	in_node h1 systemctl reboot
	again() {
		now=$(in_node h1 cat /proc/sys/kernel/random/boot_id) &&
			[ "$now" != "$before_it" ] &&
			in_node h1 systemctl is-system-running --wait
	}
	ok 'a host can be started again' within 300 again
	is 'and has what it had' "$(in_node h1 sh -c \
		'ls /root; loginctl show-user -P Linger alice
		ls tests/live/hosts.t' | paste -sd ' ')" \
		'bytes yes tests/live/hosts.t'
	in_node h2 systemctl poweroff >/dev/null 2>&1 || :
	off() {
		! in_node h2 true 2>/dev/null
	}
	ok 'a host that is switched off is no longer entered' within 300 off
	ok 'and the others are' in_node h1 true
}

stale
refused
broken_base
image=$(stat -c '%i %y' "$build/hosts/disk.img")
IE_HOSTS_BASE=$T/base timeout 320 "$build/ie-cluster" up hosts --dir "$T/d" \
	>"$T/other" 2>&1 &
other=$!
trap '"$build/ie-cluster" down --dir "$T/d" >/dev/null 2>&1 || :
	guests_cleanup' EXIT
ok 'two hosts come up' timeout 320 env IE_HOSTS=2 "$build/ie-cluster" up hosts \
	--dir "$T/c"
wait $other || :
as_here
beside
kernel
units
podman_works
slurm_works
described
starts_again
guests_gone
done_testing
