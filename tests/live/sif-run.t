#!/bin/sh
# sif-run where neither Apptainer nor Singularity is: programs in a SIF file run
# as they should, and an image that means harm reaches nothing of the host's
# but what the user gave. The files are made by mksquashfs and siftool.
# shellcheck disable=SC2016
set -eu
cd "$(dirname "$0")/../.."
# shellcheck source=tests/live/sif-lib.sh
. tests/live/sif-lib.sh
sif_enter tests/live/sif-run.t bwrap squashfuse_ll mksquashfs siftool script cc
run=$home/bin/sif-run
install -m 755 tool/sif-run "$run"

sif() { # DIR FILE: as somebody else's program makes it
	mksquashfs "$1" "$home/squashfs" -noappend -quiet -no-progress \
		-all-root >/dev/null
	rm -f "$2"
	siftool new "$2"
	siftool add --datatype 4 --parttype 2 --partfs 1 --partarch 2 "$2" \
		"$home/squashfs"
	chmod 644 "$2"
}

in_sif() { # WORD...: exec
	alice "$run" exec web.sif "$@"
}

image() {
	mkdir -p "$tree/.singularity.d/env" "$tree/data"
	printf '#!/bin/sh\nexport PATH=/bin FROM=image\n' \
		>"$tree/.singularity.d/env/90-environment.sh"
	printf '#!/bin/sh\necho "run:$#:$1"\n' >"$tree/.singularity.d/runscript"
	chmod 755 "$tree/.singularity.d/runscript"
	echo image >"$tree/etc/name"
	cat >"$home/push.c" <<-'E'
		#include <sys/ioctl.h>
		int main(void)
		{
			return ioctl(0, TIOCSTI, "x") < 0 ? 7 : 0;
		}
	E
	cc -static -o "$tree/bin/push" "$home/push.c"
	sif "$tree" "$home/alice/web.sif"
	echo text >"$home/alice/text"
}

actions() {
	is 'run runs the image'"'"'s runscript' \
		"$(alice "$run" run web.sif 'a  b' c)" 'run:2:a  b'
	is 'exec a program' "$(in_sif cat /etc/name)" image
	is 'shell a shell' "$(echo 'echo $FROM' | alice "$run" shell web.sif)" \
		image
	is 'with words for it' "$(alice "$run" shell web.sif -c 'echo $0' x)" x
	is 'words come through as they are' \
		"$(in_sif sh -c 'for w; do echo "<$w>"; done' - 'a  b' '' "it's" \
			'"q"' '$HOME' '*' '\n' "$(printf 'new\nline\n.')")" \
		"<a  b>
<>
<it's>
<\"q\">
<\$HOME>
<*>
<\\n>
<new
line
.>"
	is 'standard input, too' "$(echo text | in_sif cat)" text
	is 'standard error stays apart' \
		"$(in_sif sh -c 'echo out; echo err >&2' 2>/dev/null)" out
	is 'exit statuses come back' "$(status_of in_sif sh -c 'exit 37')" '37 '
	like 'a program that is not there is 127' \
		"$(status_of in_sif nosuch)" '127 *nosuch*'
	is 'no descriptor of ours gets in' "$(in_sif ls /proc/self/fd)" \
		"$(alice busybox ls /proc/self/fd)"
}

environment() {
	for name in script sif action t home own fuse image offset uid word \
		signals file src dst code left env inside loader served sent; do
		set -- "$@" "$name=mine-$name"
	done
	is 'every variable of the user'"'"'s survives' "$(
		alice env "$@" "$run" exec web.sif env | grep -c '=mine-'
	)" $#
	is 'with all that is in it' "$(alice env NOTE="$(printf 'a\n"b"=$c\n.')" \
		"$run" exec web.sif sh -c 'echo "$NOTE"')" 'a
"b"=$c
.'
	is 'the image'"'"'s are set' "$(in_sif sh -c 'echo $FROM $PATH')" \
		'image /bin'
	is 'the user is who they are' "$(in_sif id -un)" alice
	is 'by number, too' "$(in_sif id -u)" "$(id -u alice)"
	is 'the image'"'"'s users are there' \
		"$(in_sif grep -c ^root: /etc/passwd)" 1
	like 'the home is found without HOME' \
		"$(alice env -u HOME "$run" exec web.sif sh -c 'cd; ls')" '*web.sif*'
}

places() {
	mkdir -p /media/of-alice "$home/alice/deep" "$home/work"
	chown alice /media/of-alice "$home/alice/deep" "$home/work"
	for dir in "$home/alice" "$home/alice/deep" "$home/work" \
		/media/of-alice /tmp "$home/work/o'd \$d"; do
		mkdir -p "$dir"
		is "in $dir it is there" "$(cd "$dir" && setpriv --reuid alice \
			--regid alice --clear-groups env -i HOME="$home/alice" \
			PATH=/usr/bin:/bin "$run" exec "$home/alice/web.sif" pwd)" \
			"$dir"
	done
	for dir in / /etc /opt /usr /usr/bin /var /root /proc /dev; do
		like "in $dir it runs, and the image keeps its own" "$(
			cd $dir && setpriv --reuid alice --regid alice \
				--clear-groups env -i HOME="$home/alice" \
				PATH=/usr/bin:/bin "$run" exec \
				"$home/alice/web.sif" sh -c \
				'pwd; cat /etc/name; ls /bin/sh'
		)" '/*
image
/bin/sh'
	done
	rmdir /media/of-alice
	is 'what it writes at home is there' \
		"$(in_sif sh -c 'echo kept >~/note'; cat "$home/alice/note")" kept
	name=$(in_sif mktemp /tmp/sif-run.XXXXXX)
	ok 'in /tmp, too' rm "$name"
	like 'into the image it cannot write' \
		"$(status_of in_sif sh -c 'echo >/etc/name')" '[12] *Read-only*'
	is '--pwd is where it runs' \
		"$(alice "$run" exec --pwd /data web.sif pwd)" /data
	like 'a folder that does not exist is told' \
		"$(status_of alice "$run" exec --pwd=/no web.sif pwd)" \
		'2 sif-run: --pwd /no: no such folder in the image'
}

binds() {
	mkdir "$home/b,1 '\$x"
	echo one >"$home/b,1 '\$x/file"
	chown -R alice "$home/b,1 '\$x"
	src=$home/b,1\ \'\$x
	is 'a folder is given by its name' \
		"$(alice "$run" exec -B "$src" web.sif cat "$src/file")" one
	is 'or by another' "$(alice "$run" exec --bind "$src:/new/deep dir" \
		web.sif cat '/new/deep dir/file')" one
	is 'a file, too, in place of one of the image' "$(alice "$run" exec \
		--bind="$src/file:/etc/name" web.sif cat /etc/name)" one
	is 'it can be written to' "$(alice "$run" exec -B "$src:/w" web.sif \
		sh -c 'echo two >/w/file'; cat "$src/file")" two
	like 'unless it is given as ro' "$(status_of alice "$run" exec \
		-B "$src:/w:ro" web.sif sh -c 'echo three >/w/file')" \
		'[12] *Read-only*'
	is 'several at once' "$(alice "$run" exec -B "$src:/a" -B "$src:/b:ro" \
		web.sif cat /a/file /b/file)" 'two
two'
	like 'one that does not exist is told' \
		"$(status_of alice "$run" exec -B /no:/x web.sif true)" \
		'2 sif-run: --bind /no:/x: /no does not exist'
	like 'and one where there cannot be one' "$(status_of alice "$run" exec \
		-B "$home/alice:/etc/hosts" web.sif true)" \
		'2 sif-run: bind *: /etc/hosts cannot be where it is'
	for wrong in "$home:x" "$home:/" "$home::ro" "$home:/x:y"; do
		like "--bind $wrong is told to be wrong" \
			"$(status_of alice "$run" exec -B "$wrong" web.sif true)" \
			'2 sif-run: --bind *: expected SRC*'
	done
}

errors() {
	mkfifo "$home/alice/pipe"
	: >"$home/alice/empty"
	head -c 32768 "$home/alice/web.sif" >"$home/alice/short.sif"
	for line in ':expected run' 'fly:expected run' 'run:no SIF file' \
		'exec web.sif:no program named' 'run no.sif:not a file' 'run pipe:not a file' \
		'run text:not a SIF file' 'run empty:not a SIF file' \
		'run -x web.sif:unknown option' 'exec --pwd:value is missing' \
		'run short.sif:squashfuse: '; do
		# shellcheck disable=SC2086
		like "sif-run ${line%%:*} is told to be wrong" \
			"$(status_of alice "$run" ${line%%:*})" \
			"2 sif-run: *${line#*:}*"
	done
	rm -r "$tree/bin/sh"
	sif "$tree" "$home/alice/none.sif"
	ln -s busybox "$tree/bin/sh"
	like 'an image without a shell is said to have none' \
		"$(status_of alice "$run" exec none.sif true)" \
		'2 sif-run: exec *none.sif: the image has no /bin/sh'
	like 'without squashfuse it says what to install' "$(
		for program in sh unshare true bwrap sed realpath readlink; do
			ln -sf "/usr/bin/$program" "$home/bin"
		done
		user_path=$home/bin
		status_of alice "$run" exec web.sif true
	)" '2 sif-run: *squashfuse*not installed*install*'
	like 'help is given' "$(status_of alice "$run" --help)" '0 usage:*--bind*'
	is 'the version is that of all programs' \
		"$(alice "$run" --version)" "sif-run $(sed -n \
			's/^#define IE_VERSION "\(.*\)"/\1/p' lib/version.h)"
	printf '#!/bin/sh\necho "apptainer $*"\n' >"$home/bin/apptainer"
	chmod 755 "$home/bin/apptainer"
	is 'Apptainer does it where it is installed' "$(
		user_path=$home/bin
		alice "$run" exec --nv web.sif 'a  b'
	)" 'apptainer exec --nv web.sif a  b'
	rm "$home/bin/apptainer"
}

# Starts this script of the image's shell; at is sif-run's process.
start() { # SCRIPT
	: >"$home/out"
	as_exec alice "$run" exec web.sif sh -c "$1" >"$home/out" 2>&1 &
	at=$!
}
until_said() { # TEXT
	for _ in $(seq 1000); do
		! grep -q "$1" "$home/out" || return 0
		sleep 0.02
	done
	diag "no $1: $(cat "$home/out")"
}
ends() { # NAME PATTERN: of its status, or the signal that ended it, and output
	code=0
	wait $at 2>/dev/null || code=$?
	[ $code -le 128 ] || code=$(kill -l $code)
	like "$1" "$code $(grep -v ready "$home/out")" "$2"
}
# Processes and mounts; but not what only waits to be reaped by this shell, which
# cannot while it waits for what this says.
none_left() {
	for _ in $(seq 300); do
		left=$(ps -u alice -o pid=,ppid=,stat=,args= |
			awk '$3 !~ /^Z/')
		[ -n "$left" ] || break
		sleep 0.1
	done
	echo "$left"
	grep -l squashfuse /proc/[0-9]*/mountinfo 2>/dev/null
}

signals() {
	for signal in HUP INT QUIT USR1 USR2 ALRM TERM; do
		start "trap 'cat /etc/name; exit 5' $signal; echo ready
			while :; do sleep 0.1; done"
		until_said ready
		kill -s $signal $at
		ends "$signal reaches the program" '5 *image'
	done
	for signal in INT TERM; do
		start 'echo ready; exec sleep 100'
		until_said ready
		kill -s $signal $at
		ends "a program that $signal ends has sif-run end so" "$signal "
	done
	start 'kill -KILL $$'
	ends 'one that kills itself, too, by its number' 'KILL '
	start "trap 'cat /etc/name; exit 5' TERM; echo ready
		while :; do sleep 0.1; done"
	until_said ready
	pgrep -u alice | xargs kill -s TERM 2>/dev/null || :
	ends 'TERM for every process, as Slurm does it, is the program'"'"'s' \
		'5 *image*'
	is 'nothing is left' "$(none_left)" ''
	start 'trap "" TERM HUP INT; (sleep 100) & echo ready; sleep 100'
	until_said ready
	kill -s KILL $at
	ends 'KILL ends it' 'KILL '
	is 'and nothing is left' "$(none_left)" ''
	for signal in KILL TERM; do
		for left in 0 05 1 15 2 25 3 4 5 7; do
			start 'sleep 100'
			sleep 0.$left
			kill -s $signal $at
			ends "$signal after 0.$left s ends it" "$signal "
		done
		is 'and nothing is left' "$(none_left)" ''
	done
}

# A terminal, on which this is typed after the program has said ready.
typed() { # KEYS SCRIPT
	: >"$home/out"
	{
		until_said ready
		printf '%b' "$1"
		until_said over
	} | as alice script -qefc "$run exec web.sif sh -c '$2'" /dev/null \
		>"$home/out" 2>&1 || :
	tr -d '\r' <"$home/out" | grep -v ready
}

terminal() {
	like 'what is typed is read' \
		"$(typed 'word\n' 'echo ready; read -r w; echo "over $w"')" \
		'*over word'
	like 'Ctrl-C is the program'"'"'s affair' "$(typed '\003' \
		'trap "cat /etc/name; echo over; exit" INT
		echo ready; while :; do sleep 0.1; done')" '*image
over'
	like 'and interrupts what it runs' "$(typed '\003' \
		'trap : INT; echo ready; sleep 100; echo over')" '*over'
	like 'a terminal has its size' \
		"$(typed '' \
		'stty rows 20 cols 70; echo ready; stty size; echo over')" '20 70*'
	if [ "$(cat /proc/sys/dev/tty/legacy_tiocsti 2>/dev/null)" = 0 ]; then
		skip 'it cannot type there itself' 'the kernel lets nobody'
		return
	fi
	like 'it cannot type there itself' \
		"$(typed '' 'echo ready; push; echo "over $?"')" '*over 7'
	is 'which works where nobody prevents it' "$(
		as alice script -qefc "$tree/bin/push; echo \$?" /dev/null \
			</dev/null | tr -d 'x\r\n'
	)" 0
}

# An image whose folders and files are links to where the user could do harm on
# the host, also by the names that bwrap has for it while it works.
hostile() {
	victim=$home/victim
	mkdir "$victim" "$victim/folder"
	echo precious >"$victim/file"
	chown -R alice "$victim"
	for to in "$victim" "/oldroot$victim" "../../../../../..$victim" \
		"/newroot/../oldroot$victim" "/proc/1/root$victim" \
		"/proc/self/cwd/../victim" "/tmp/host$victim"; do
		rm -rf "$home/evil"
		mkdir "$home/evil" "$home/evil/etc"
		cp -a "$tree/bin" "$home/evil"
		for name in hosts resolv.conf localtime passwd group name; do
			ln -s "$to/file" "$home/evil/etc/$name"
		done
		for name in run home tmp dev proc sys opt media mnt data \
			.singularity.d; do
			ln -s "$to/folder" "$home/evil/$name"
		done
		sif "$home/evil" "$home/alice/evil.sif"
		find "$victim" -printf '%p %s %m %t\n' >"$home/before"
		is "with links to $to it runs" "$(alice "$run" exec --nv \
			-B "$home/alice:/data/x/y" -B "$home/alice/text:/etc/name" \
			evil.sif sh -c 'cat /etc/name; ls /data/x/y/text
			cat /etc/passwd /etc/hosts >/dev/null; ls ~/text' 2>&1)" \
			"text
/data/x/y/text
$home/alice/text"
		mv "$home/evil/etc" "$home/evil/etc-of-it"
		ln -s "$to/folder" "$home/evil/etc"
		sif "$home/evil" "$home/alice/evil.sif"
		is 'also with /etc as one' "$(alice "$run" exec evil.sif \
			sh -c 'grep -c precious /etc/* 2>/dev/null |
				grep -v :0')" ''
		is 'and nothing is touched' "$(find "$victim" -printf \
			'%p %s %m %t\n' | diff "$home/before" -)" ''
	done
	is 'a link within the image leads nowhere else' \
		"$(status_of alice "$run" exec -B "$home/alice/text:/etc/x" \
			evil.sif sh -c 'cat /data/file /media/file 2>/dev/null')" \
		'1 '
	mkfifo "$home/evil/fifo"
	rm "$home/evil/etc"
	mkdir "$home/evil/etc"
	mkfifo "$home/evil/etc/passwd" "$home/evil/etc/hosts"
	sif "$home/evil" "$home/alice/evil.sif"
	is 'a FIFO in the place of a file stops nobody' \
		"$(timeout 60 sh -c '. tests/live/sif-lib.sh
			alice "$@"' - "$run" exec evil.sif id -un)" alice
	is 'of the host there is no more than was given' "$(in_sif sh -c '
		ls -d /root/* /home/* /media/* /mnt/* /srv /boot /lib /usr \
			/run/ie-sif-test/* /etc/shadow 2>/dev/null')" \
		"$home/alice"
	is 'nor are its processes' \
		"$(in_sif sh -c 'echo /proc/[0-9]*')" '/proc/1 /proc/2'
	not_ok 'nor its mounts' in_sif umount /etc/hosts
}

# A driver's files as they are on a host, without one.
nvidia() {
	mkdir "$home/lib" "$home/dev"
	mount --rbind /dev "$home/dev"
	mount -t tmpfs -o mode=755 none /dev
	for node in "$home/dev"/*; do
		[ ! -c "$node" ] || cp -a "$node" /dev
	done
	chmod 666 /dev/fuse
	mkdir /dev/nvidia-caps /dev/pts /dev/shm
	mount -t devpts none /dev/pts
	ln -sf pts/ptmx /dev
	for node in nvidia0 nvidiactl nvidia-caps/nvidia-cap1; do
		mknod -m 666 /dev/$node c 1 3
	done
	printf '%s\n' "$home/lib" >/etc/ld.so.conf.d/test.conf
	echo 'int nvml;' >"$home/nvml.c"
	for name in libcuda.so.1 libnvidia-ml.so.1 libother.so.1; do
		cc -shared -Wl,-soname,$name -o "$home/lib/$name.535" \
			"$home/nvml.c"
	done
	ldconfig
	printf '#!/bin/sh\necho smi\n' >"$home/bin/nvidia-smi"
	chmod 755 "$home/bin/nvidia-smi"
	is '--nv gives the devices' "$(alice "$run" exec --nv web.sif sh -c '
		echo x >/dev/nvidia0 && ls /dev/nvidia* | tr "\n" " "')" \
		'/dev/nvidia0 /dev/nvidiactl  /dev/nvidia-caps: nvidia-cap1 '
	is 'the libraries for them' "$(alice "$run" exec --nv web.sif sh -c '
		ls ${LD_LIBRARY_PATH##*:}')" 'libcuda.so.1
libnvidia-ml.so.1'
	is 'and the programs' "$(
		user_path=$home/bin:/usr/bin:/bin
		alice "$run" exec --nv web.sif sh /usr/bin/nvidia-smi
	)" smi
	is 'without it there is none' \
		"$(in_sif sh -c 'ls -d /dev/nvidia* 2>/dev/null')" ''
}

image
actions
environment
places
binds
errors
signals
terminal
hostile
nvidia
done_testing
