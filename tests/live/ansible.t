#!/bin/sh
# shellcheck disable=SC2016
# provision/ansible turns three bare hosts into a site, over SSH, that serves the
# suite and ie-podman; changes nothing the second time; a host that leaves comes
# back; and in the end all of it is taken away, by who says so.
# IE_REQUIRE word: nodes.
set -eu
# shellcheck source=tests/tap.sh
. "$(dirname "$0")/../tap.sh"
# shellcheck source=tests/live/cluster-lib.sh
. "$(dirname "$0")/cluster-lib.sh"
here=$(pwd)/provision/ansible
guests_setup
need nodes nodes_usable || done_testing
need nodes command -v ansible-playbook || done_testing

play() { # NAME ARGUMENT...: what it said is in $T/NAME.log
	log=$T/$1.log
	shift
	# Ansible wants UTF-8
	in_node nodes env LC_ALL=C.UTF-8 "ANSIBLE_CONFIG=$here/ansible.cfg" \
		timeout 1800 ansible-playbook -i "$T/inventory.yml" "$@" </dev/null \
		>"$log" 2>&1 || {
		grep -A 3 -E 'FAILED|fatal|ERROR' "$log"
		return 1
	}
}
# What it changed, on how many hosts
changes() { # NAME
	sed -n 's/^n[123] .* changed=\([0-9]*\) .*/\1/p' "$T/$1.log" | xargs
}

# What is left of a site on hosts that were cleared: processes, mounts, data
left() { # NODE...
	for n; do
		in_node "$n" sh -c 'ps -e -o comm= | grep -xE "ceph-.*|slurm.*|\
munged|conmon|tgtd|corosync|dlm_controld|rpc.nfsd|busybox|ie-netd|docker-regist.*"
			grep -E " (/srv/[ng]fs|/local/.*/merged|/run/netns)" /proc/mounts
			find /var/lib/ceph/mon /var/lib/ceph/osd /etc/ceph \
				/etc/slurm /var/lib/slurm /etc/munge /etc/ie-bench \
				/local/osd /root/.ssh/ie-bench /usr/local/bin \
				/usr/local/sbin /etc/ie-podman.conf \
				/etc/ie-netd.conf /etc/containers/storage.conf \
				/var/lib/docker-registry -type f \
				! -name rbdmap ! -name plugstack.conf 2>/dev/null
			systemctl list-timers --no-legend "ie-podman*"
			systemctl list-sockets --no-legend "ie-netd*"
			ip -o link | grep -o " ie[a-z2-7]\{13\}@"
			grep "^# BEGIN nodes" /etc/hosts' || :
	done
}

cp tests/live/ansible.yml "$T/inventory.yml"
"$build/ie-cluster" up nodes --dir "$T/c" >/dev/null 2>&1
# Both kinds of control groups, as here, are nothing for crun
in_node n3 sh -c 'mkdir -p /etc/containers &&
	cat >/etc/containers/containers.conf' <<'EOF'
[containers]
default_ulimits = ["nofile=1024:1024", "nproc=1024:1024"]
[engine]
runtime = "runc"
EOF
# What the site has for everybody: busybox and nothing else
mkdir -p "$T/site/bin"
cp /bin/busybox "$T/site/bin/busybox"
ln -s busybox "$T/site/bin/sh"
tar -C "$T/site" -cf "$T/layer.tar" bin
echo '{"architecture": "amd64", "os": "linux", "rootfs": {"type": "layers",
"diff_ids": ["sha256:'"$(sha256sum <"$T/layer.tar" | cut -d ' ' -f 1)"'"]}}' \
	>"$T/config.json"
echo '[{"Config": "config.json", "RepoTags": [], "Layers": ["layer.tar"]}]' \
	>"$T/manifest.json"
tar -C "$T" -c config.json manifest.json layer.tar |
	in_node n3 sh -c 'cat >/local/site.tar'
ok 'a check of a bare host succeeds' play bare "$here/site.yml" --check --limit n3
is 'and changes nothing' "$(left n3)" ''
ok 'bare hosts are provisioned' play first "$here/site.yml"

is 'Slurm runs a job on all three' "$(in_node n2 sh -c \
	'cd / && timeout 20 srun -N3 hostname' | sort | xargs)" 'n1 n2 n3'
is 'a job gets the memory that it asked for' "$(in_node n1 sh -c \
	'cd / && timeout 20 srun --mem=100 sh -c '"'"'find /sys/fs/cgroup \
	-path "*/job_$SLURM_JOB_ID/memory.limit_in_bytes" -o \
	-path "*/job_$SLURM_JOB_ID/memory.max" | xargs cat'"'")" $((100 * 1048576))
is 'Ceph is healthy, on three hosts' "$(in_node n3 sh -c 'ceph health
	ceph --format json osd tree | grep -o "host" | wc -l')" 'HEALTH_OK
3'

# the suite, by the site file that it found
in_node n2 sh -c 'cat >/root/plan.ini' <<'EOF'
[plan]
name = nodes
blocks = 1
[storage write]
targets = cephfs rbd rados
op = write
sizes = 4M
block = 64k
[storage read]
targets = cephfs rbd rados
op = read
cache = cold
sizes = 4M
block = 64k
[storage ranks]
targets = cephfs-slurm
op = read
cache = cold
reads = next
sizes = 4M
block = 64k
clients = 2
nodes = 2
EOF
in_node n2 timeout 100 ie-bench run /root/plan.ini --site /etc/ie-bench/site.ini \
	--results /root/r --run-id r --progress none >"$T/suite.log" 2>&1 || :
is 'CephFS, RBD and RADOS serve the suite on a host; cold reads are proved' \
	"$(in_node n2 sh -c 'grep -c "\"status\": *\"ok\"" /root/r/r/records.jsonl')" 7
like 'and so do clients in a job, each on a host of its own' "$(in_node n2 \
	grep cephfs-slurm /root/r/r/records.jsonl | grep -o '"hosts":\[[^]]*\]')" \
	'"hosts":?"n[123]","n[123]"?'

# a container with an address, of an image on one of the site's
alice() {
	in_node n3 sh -c 'cd /srv/image && exec setpriv --reuid alice \
		--regid alice --init-groups env HOME=/home/alice USER=alice \
		XDG_RUNTIME_DIR="/run/user/$(id -u alice)" ie-podman "$@"' \
		sh "$@"
}
in_node n3 sh -c 'mkdir -p /srv/image && cat >/srv/image/Containerfile' <<'EOF'
FROM site:1
COPY Containerfile /srv/
EOF
is 'nothing that was installed has a set-id bit' \
	"$(in_node n3 find /usr/local -perm /6000)" ''
ok 'a user builds on an image that the site has for everybody' \
	alice build -t box .
not_ok 'and can put none there' \
	alice push --tls-verify=false box 127.0.0.1:5000/site:1
like 'images are on the disk of the site' "$(alice info)" \
	'*/local/containers/*overlay*'
ok 'a container of hers is started' alice run -d --ip --name web box sh -c \
	'trap exit TERM; /bin/busybox httpd -p 80
	while :; do /bin/busybox sleep 1; done'
ok 'it has an address, which answers other hosts' in_node n1 python3 -c \
	'import socket, sys; socket.create_connection((sys.argv[1], 80), 5)' \
	"$(alice ip | grep -o '10\.77\.0\.[0-9]*' | head -n 1)"
like 'what this disk cannot do is left out, with the reason' \
	"$(grep 'limits of users' "$T/first.log")" \
	'*limits of users in /local/containers: *not mounted with prjquota*'
# Without that, nothing left would say nothing.
like 'what is on a host is seen' "$(left n3)" \
	'*ceph-osd*conmon*/etc/ie-podman.conf*'
ok 'a second run succeeds' play second "$here/site.yml"
is 'and changes nothing' "$(changes second)" '0 0 0'
ok 'a check of what is there succeeds' play check "$here/site.yml" --check --limit n2
is 'and would change nothing' "$(changes check)" 0
ok 'a host leaves' play leave "$here/remove.yml" -e node=n3 -e sure=n3
is 'and Ceph goes on with two' "$(in_node n1 ceph --format json osd tree |
	grep -o '"type":"host"' | wc -l)" 2
is 'nothing is left on the host that left' "$(left n3)" ''
ok 'it comes back' play back "$here/site.yml" --limit n3:bench
is 'and has its part again' "$(in_node n2 sh -c \
	'cd / && timeout 20 srun -N3 hostname' | sort | xargs) $(in_node n1 \
	ceph --format json osd tree | grep -o '"type":"host"' | wc -l)" \
	'n1 n2 n3 3'
ok 'what its users have stored is still there' alice start web

not_ok 'nobody takes a site away who does not name it' \
	play unsure "$here/teardown.yml" -e sure=site
is 'nothing was changed then' "$(changes unsure) $(in_node n1 ceph health)" \
	'0 HEALTH_OK'
in_node n2 sh -c 'cd / && sbatch -N3 -o /dev/null --wrap "srun sleep 1000"' >/dev/null
ok 'who does does' play teardown "$here/teardown.yml" -e sure=nodes
is 'and nothing is left: no services, containers, mounts, data' \
	"$(left n1 n2 n3)" ''
# shellcheck disable=SC2046 # a list of words
not_ok 'no secret is said' grep -qF $(sed -n \
	's/^ *[a-z_]*: \(.\{16,\}\)$/-e \1/p' "$T/secrets.yml") \
	"$T"/*.log
done_testing
