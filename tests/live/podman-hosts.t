#!/bin/sh
# shellcheck disable=SC2016,SC2317
# ie-podman and ie-netd as users have them: installed on a host with systemd and
# control groups 2, under their own units, beside sessions, limits and Slurm.
# IE_REQUIRE word: hosts.
set -eu
# shellcheck source=tests/tap.sh
. "$(dirname "$0")/../tap.sh"
# shellcheck source=tests/live/cluster-lib.sh
. "$(dirname "$0")/cluster-lib.sh"
guests_setup
need hosts hosts_usable || done_testing

alice() { # SCRIPT: in a session of that user's
	in_node h1 su - alice -c "$1"
}
root() { # SCRIPT
	in_node h1 sh -euc "$1"
}

# The tree that an administrator's commands lay out, and an image of busybox
files_in() {
	sh tool/install.sh "$build" "$T/root" /usr >/dev/null
	mkdir -p "$T/root/usr/share/base/bin" "$T/root/usr/share/base/etc"
	cp "$(command -v busybox)" "$T/root/usr/share/base/bin/busybox"
	for applet in sh id sleep cat ip true httpd; do
		ln -sf busybox "$T/root/usr/share/base/bin/$applet"
	done
	echo root:x:0:0:root:/:/bin/sh >"$T/root/usr/share/base/etc/passwd"
	tar -C "$T/root" --owner=0 --group=0 -c . | in_node h1 tar -C / -x
	root 'cat >/etc/ie-netd.conf <<-END
		pools = 10.77.0.64/28
		uplink = '"$uplink"'
		per_user = 4
	END
	sysctl -q -p /usr/lib/sysctl.d/60-ie-netd.conf
	# This kernel has no nftables
	sysctl -q -w net.ipv4.udp_early_demux=0
	sysctl -q -w "net.ipv4.neigh.'"$uplink"'.proxy_delay=0"
	useradd -m -s /bin/bash alice
	loginctl enable-linger alice
	tar -C /usr/share/base -cf /usr/share/base.tar .'
}

installed() {
	is 'the configuration is valid' "$(root \
		'ie-netd --check --conf /etc/ie-netd.conf && echo yes')" yes
	ok 'a few commands install it' root 'systemd-sysusers
		systemctl daemon-reload
		systemctl enable -q --now ie-netd.socket ie-podman-reap.timer'
	is 'nothing of it has a set-id bit' "$(root 'find / -xdev -perm /6000 \
		\( -name "*ie-*" -o -path "*ie-podman*" \)')" ''
	is 'the daemon does not run before it is asked' "$(root \
		'systemctl is-active ie-netd.service' || :)" inactive
	alice 'podman import -q /usr/share/base.tar localhost/base' >/dev/null
	ok 'a user runs a container with an address' alice \
		'ie-podman run -d --name web --ip base httpd -f -p 80'
	is 'now it does' "$(root 'systemctl is-active ie-netd.service')" active
	is 'as a user of its own with one capability' "$(root '
		pid=$(systemctl show -P MainPID ie-netd)
		ps -o user= -p $pid
		grep -e CapEff -e CapBnd -e NoNewPrivs /proc/$pid/status |
			tr -d "\t"')" 'ie-netd
CapEff:0000000000001000
CapBnd:0000000000001000
NoNewPrivs:1'
	alice 'podman logs web; podman ps -a' | sed 's/^/# /' >&2
	exposure=$(root 'systemd-analyze security ie-netd.service --no-pager' |
		sed -n 's/.*Overall exposure level for [^:]*: //p')
	diag "systemd-analyze security ie-netd.service: $exposure"
	like 'its unit is hardened' "$exposure" '[01].* OK *'
}

reached() {
	address=$(alice 'ie-podman ip' | cut -d ' ' -f 1)
	like 'the address is the site'"'"'s' "$address" '10.77.0.*'
	ok 'the host reaches it' root "ping -qc 1 -W 5 $address"
	ok 'so does the network behind the uplink' "$build/ie-cluster" exec \
		--dir "$T/c" hosts -- ping -qc 1 -W 5 "$address"
	ok 'and it the network' alice 'podman exec web ping -qc 1 10.77.0.1 ||
		podman exec web ip route get 10.77.0.1'
	like 'it is in its user'"'"'s slice' "$(alice 'cat /proc/$(podman \
		inspect -f "{{.State.Pid}}" web)/cgroup')" \
		'0::/user.slice/user-*.slice/*libpod-*'
	root 'systemctl set-property --runtime user-$(id -u alice).slice \
		TasksMax=60'
	not_ok 'whose limits hold it' alice 'podman exec web sh -c "
		for i in \$(seq 100); do sleep 20 & done; wait"'
	root 'systemctl set-property --runtime user-$(id -u alice).slice \
		TasksMax=infinity'
}

stays() {
	ok 'podman stops and starts it with its address' alice \
		"podman stop -t 0 web && podman start web && ping -qc 1 -W 5 $address"
	root 'kill -KILL $(systemctl show -P MainPID ie-netd)'
	ok 'a daemon that was killed comes back when it is asked' alice \
		'ie-podman run --rm --ip base true'
	ok 'and has kept what it gave' alice "ie-podman ip | grep -q '$address  *in use'"
	ok 'with lingering a container outlives the session' root '
		for s in $(loginctl list-sessions --no-legend |
			sed -n "s/^ *\([^ ]*\) .*alice.*/\1/p"); do
			loginctl terminate-session $s || :
		done
		sleep 2; ping -qc 1 -W 5 '"$address"
	ok 'the timer has its next time' root \
		'systemctl list-timers | grep -q ie-podman-reap'
	ok 'its service runs for every user' root \
		'systemctl start ie-podman-reap.service'
	ok 'and does not touch what runs' root "ping -qc 1 -W 5 $address"
	alice 'podman rm -f -t 0 web' >/dev/null
	is 'its link goes with it' "$(within 10 root '! ip -o link |
		grep -q ": ie[a-z2-7]*@"' && echo gone)" gone
}

slurm() {
	in_node h1 sh -c 'cat >/etc/slurm/slurm.conf' <<-'CONF'
		ClusterName=c
		SlurmctldHost=h1
		ProctrackType=proctrack/cgroup
		TaskPlugin=task/cgroup
		SelectType=select/cons_tres
		SelectTypeParameters=CR_CPU_Memory
		NodeName=h1 RealMemory=1000
		PartitionName=all Nodes=ALL Default=YES
	CONF
	root 'printf "CgroupPlugin=cgroup/v2\nConstrainRAMSpace=yes\n" \
		>/etc/slurm/cgroup.conf
		systemctl start munge slurmctld slurmd'
	like 'a container of a job is in the job' "$(alice 'timeout 120 srun \
		--mem=300 ie-podman run --rm --ip base cat /proc/self/cgroup')" \
		'0::*'
	alice 'cat >job.sh <<-"END"
		#!/bin/sh
		ie-podman run -d --name held --ip base sleep 500 >/dev/null
		cat /proc/$(podman --cgroup-manager=cgroupfs inspect \
			-f "{{.State.Pid}}" held)/cgroup
		sleep 500
	END
	sbatch -o job.out --mem=300 job.sh' >/dev/null
	ok 'so is one that it leaves in the background' within 120 alice \
		'grep -q "^0::/system.slice/.*slurmstepd.scope/job_" job.out'
	alice 'scancel --me'
	ok 'and ends with it' within 60 root '! pgrep -x sleep'
	ok 'its address rests' within 20 alice \
		'! ie-podman ip | grep -q "in use"'
}

ok 'a host comes up' timeout 320 "$build/ie-cluster" up hosts --dir "$T/c"
uplink=$(in_node h1 ip -o -4 address show to 10.77.0.0/24 | awk '{ print $2 }')
files_in
installed
reached
stays
slurm
guests_gone
done_testing
