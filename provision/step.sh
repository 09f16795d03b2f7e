# shellcheck shell=sh
# What the steps of every service share: where they run and how they start and
# end daemons. Sourced first; ie-cluster sets the IE_ variables (README.md).

umask 077
cd "$IE_DIR" || exit
mkdir -p run log

# Where servers listen: guests reach the bridge of the cluster's own network.
# shellcheck disable=SC2034
case $IE_NETWORK in
own) address=10.77.0.1 interface=guests ;;
*) address=127.0.0.1 interface=lo ;;
esac

# need PROGRAM...: says what is missing before anything is started.
need() {
	for program; do
		command -v "$program" >/dev/null || {
			echo "$program: not installed" >&2
			exit 1
		}
	done
}

# private_mnt: /mnt becomes the cluster's own, seen in it only. Other users can
# reach what is there; the cluster's folder is closed to them.
private_mnt() {
	[ ! -e /mnt/.ie-cluster ] || return 0
	for path in "$IE_CLUSTER_DIR" "$IE_STEPS" "$IE_BIN"; do
		case $path/ in
		/mnt/*)
			echo "$path lies in /mnt, which $IE_SERVICE needs for" \
				'itself' >&2
			exit 1
			;;
		esac
	done
	mount -t tmpfs -o mode=755,nosuid ie-cluster /mnt
	: >/mnt/.ie-cluster
}

# open_device PATH MAJOR MINOR: where it exists every user of the cluster may
# open it, as udev would have it. After private_mnt.
open_device() {
	[ -e "$1" ] || return 0
	[ -d /mnt/dev ] || mkdir -m 755 /mnt/dev
	[ -e "/mnt/dev/${1##*/}" ] ||
		mknod -m 666 "/mnt/dev/${1##*/}" c "$2" "$3"
	mount --bind "/mnt/dev/${1##*/}" "$1"
}

# done_with WHAT: one stage of `up` is over; ie-cluster says how long it took.
done_with() {
	echo "$*"
}

# daemon NAME COMMAND...: its output goes to log/NAME.out, its id to
# run/NAME.pid. It writes that itself, out of reach of what ends with this
# step's process group. The subshell's end makes init its parent.
daemon() {
	name=$1
	shift
	rm -f "run/$name.pid"
	(
		# shellcheck disable=SC2016
		setsid sh -c 'echo $$ >"$0"; exec "$@"' "run/$name.pid" "$@" \
			</dev/null >>"log/$name.out" 2>&1 &
	)
	left=500
	until [ -s "run/$name.pid" ] || [ $left = 0 ]; do
		left=$((left - 1))
		sleep 0.01
	done
}

running() {
	[ -e "run/$1.pid" ] && [ -d "/proc/$(cat "run/$1.pid")" ]
}

# stop TENTHS NAME...: TERM, up to TENTHS tenths of a second, then KILL.
stop() {
	left=$1
	shift
	for n; do
		! running "$n" || kill "$(cat "run/$n.pid")" 2>/dev/null || :
	done
	for n; do
		while running "$n" && [ "$left" -gt 0 ]; do
			sleep 0.1
			left=$((left - 1))
		done
		! running "$n" || kill -KILL "$(cat "run/$n.pid")" 2>/dev/null || :
		rm -f "run/$n.pid"
	done
}

# killed NAME...: KILL, and nothing else; returns when they have ended.
killed() {
	for n; do
		! running "$n" || kill -KILL "$(cat "run/$n.pid")" 2>/dev/null || :
	done
	for n; do
		while running "$n"; do
			sleep 0.02
		done
	done
}

# Bytes that processes have read from disk so far: disk_reads PIDFILE...
disk_reads() {
	sum=0
	for f; do
		n=$(sed -n 's/^read_bytes: //p' "/proc/$(cat "$f")/io") || {
			echo "the process of $f has ended" >&2
			exit 1
		}
		sum=$((sum + n))
	done
	echo "$sum"
}

drop_page_cache() {
	[ "$(id -u)" = 0 ] || {
		echo "empty the page cache: only root can" >&2
		exit 1
	}
	sync
	echo 3 >/proc/sys/vm/drop_caches
}

# A shell word that means exactly its argument.
quoted() {
	printf "'%s'" "$(printf %s "$1" | sed "s/'/'\\\\''/g")"
}

# site_launch KEY NODE: a line of the site file that runs things there, broken
# where a line could get too long.
site_launch() {
	printf '%s = %s\n\texec --dir %s %s --\n' "$1" \
		"$(quoted "$IE_CLUSTER")" "$IE_CLUSTER_DIR" "$2"
}

# site_command KEY STEP: one that runs a step of this service.
site_command() {
	site_launch "$1" "$IE_SERVICE"
	printf '\t%s\n' "$(quoted "$IE_STEPS/$2")"
}

# site_cut KIND CUT RESTORE: steps that cut the power of what holds a target's
# data and bring it back; KIND is what loses its memory.
site_cut() {
	site_command cut "$2"
	site_command restore "$3"
	printf 'cut_kind = %s\n' "$1"
}

# site_network: where servers can be reached only in the cluster's own network,
# clients run there, too.
site_network() {
	[ "$IE_NETWORK" = host ] || site_launch launch "$IE_SERVICE"
}

# site_slurm TARGET...: passes targets on and, where Slurm is up and ie-bench-mpi
# is built, has these once more, as NAME-slurm: measured by ranks on its nodes.
site_slurm() {
	text=$(cat)
	printf '%s\n' "$text"
	worker=${IE_CLUSTER%/*}/ie-bench-mpi
	case " $IE_SERVICES " in
	*' slurm '*) [ -x "$worker" ] || return 0 ;;
	*) return 0 ;;
	esac
	for t; do
		keys=$(printf '%s\n' "$text" | sed -n "/^\[target $t\]/,/^\[/p" |
			sed '/^\[/d; /^$/d; /^limit = /d; /^launch = /,/--$/d')
		[ -n "$keys" ] || continue
		printf '\n[target %s-slurm]\n%s\nworker = %s\n' "$t" "$keys" \
			"$worker"
		site_launch launch slurm
		printf '\tsrun --mem=0 -N {nodes} -n {clients} %s\n' \
			'--distribution=cyclic --mpi=pmix -K'
		case $t in
		local | null) ;;
		*) echo 'limit = local-slurm' ;;
		esac
	done
}
