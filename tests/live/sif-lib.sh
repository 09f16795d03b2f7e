# shellcheck shell=sh
# A machine of its own for tests of SIF files: namespaces of mounts and
# processes, in which /run and the changes to /etc are in memory, with users
# who have rootless Podman. All of it is gone when it is left, also by SIGKILL.
#
#	. tests/live/sif-lib.sh    (from the top folder)
#	sif_enter tests/live/NAME.t PROGRAM...    (the rest runs inside)
#
# Sets: home (a folder for the test), pod (ie-podman), tree (a root file system
# of busybox); `alice COMMAND...` runs it as her, in her folder.

build=${BUILD:-build}
home=/run/ie-sif-test
tree=$home/tree
# shellcheck source=tests/tap.sh
. tests/tap.sh

sif_usable() { # PROGRAM...
	[ "$(id -u)" = 0 ] || return
	for program in busybox "$@"; do
		command -v "$program" || return
	done
}

# Goes on inside, or ends the script where a program is missing.
sif_enter() { # SCRIPT PROGRAM...
	script=$1
	shift
	if [ -z "${SIF_INSIDE:-}" ]; then
		need sif sif_usable "$@" || {
			done_testing
			exit
		}
		SIF_INSIDE=1 exec unshare --mount --pid --fork --kill-child \
			--mount-proc --propagation private sh "$script"
	fi
	sif_machine >/dev/null
}

sif_machine() {
	pod=$(realpath -m "${IE_PODMAN:-$build/ie-podman}")
	mount -t tmpfs -o mode=755 none /run
	mkdir -p "$home/etc" "$home/work" "$home/bin"
	[ ! -e "$pod" ] || install -m 755 "$pod" "$home/bin/ie-podman"
	pod=$home/bin/ie-podman
	install -D -m 755 tool/sif-squash "$home/libexec/ie-podman/sif-squash"
	mount -t overlay \
		-o "lowerdir=/etc,upperdir=$home/etc,workdir=$home/work" none /etc
	# An ordinary machine has them so
	for node in fuse:10:229 net/tun:10:200; do
		[ -e "/dev/${node%%:*}" ] || continue
		path=$home/${node%%:*}
		mkdir -p "${path%/*}"
		mknod "$path" c 10 "${node##*:}"
		chmod 666 "$path"
		mount --bind "$path" "/dev/${node%%:*}"
	done
	sif_settings
	for name in alice bob; do
		useradd -m -d "$home/$name" -s /bin/sh "$name"
		install -d -m 700 -o "$name" "/run/user/$(id -u "$name")"
	done
	for dir in bin dev etc proc run sys tmp root; do
		mkdir -p "$tree/$dir"
	done
	cp "$(command -v busybox)" "$tree/bin/busybox"
	for applet in sh ls cat id sleep echo touch mkdir grep env pwd stty \
		tty readlink true false rm kill sed wc dd; do
		ln -sf busybox "$tree/bin/$applet"
	done
	echo root:x:0:0:root:/root:/bin/sh >"$tree/etc/passwd"
}

# What Podman needs on a machine without systemd that may not raise limits.
sif_settings() {
	mkdir -p /etc/containers
	cat >/etc/containers/containers.conf <<-'E'
		[containers]
		default_ulimits = ["nofile=1024:1024", "nproc=1024:1024"]
		log_driver = "k8s-file"
		[engine]
		lock_type = "file"
		events_logger = "none"
		cgroup_manager = "cgroupfs"
		runtime = "runc"
		[network]
		network_backend = "netavark"
	E
	cat >/etc/containers/storage.conf <<-E
		[storage]
		driver = "overlay"
		graphroot = "$home/storage"
		runroot = "$home/storage-run"
	E
}

as_exec() { # USER COMMAND...: in the place of this shell
	cd "$home/$1" || exit
	user=$1
	shift
	exec setpriv --reuid "$user" --regid "$user" --init-groups \
		env -i --default-signal=INT,QUIT HOME="$home/$user" \
		USER="$user" XDG_RUNTIME_DIR="/run/user/$(id -u "$user")" \
		PATH="${user_path:-/usr/bin:/bin}" "$@"
}
as() { # USER COMMAND...
	(as_exec "$@")
}
alice() {
	as alice "$@"
}

status_of() { # COMMAND...: its status and all that it says, in one word list
	code=0
	said=$("$@" 2>&1) || code=$?
	echo "$code $said"
}
