#!/bin/sh
# ie-podman sif with real rootless Podman: the file is what other programs take
# for a SIF, holds the image and nothing else, is the same every time, is only
# ever made in place of nothing or of a regular file, and whoever is stopped
# leaves nothing behind.
# shellcheck disable=SC2016
set -eu
cd "$(dirname "$0")/../.."
# shellcheck source=tests/live/sif-lib.sh
. tests/live/sif-lib.sh
sif_enter tests/live/podman-sif.t podman runc mksquashfs unsquashfs siftool \
	fakeroot setcap setfattr bwrap squashfuse_ll
install -m 755 tool/sif-run "$home/bin"

# Names and files of every kind, and a .singularity.d of the image's own that
# leads to /etc, where a careless writer would put its files.
odd_files() { # DIR
	mkdir "$1/data" "$1/data/closed" "$1/data/.singularity.d"
	(
		cd "$1/data"
		echo text >file
		chown 33:44 file
		chmod 4711 file
		touch -d @1000000000 file
		echo group >group
		chmod 2755 group
		echo closed >closed/none
		chown 1000:1000 closed closed/none
		chmod 0 closed/none closed
		ln file ../etc/hard
		ln file ../.exec
		mkfifo -m 640 pipe
		ln -s ../../../etc/passwd up
		ln -s "$(printf 'ä/../%.0s' 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 \
			16 17 18 19 20)end" far
		ln up hard-link-of-link
		: >'-e' && : >'a b' && : >'"q"' && : >'[x]*?' && : >'#c'
		: >"$(printf 'new\nline')" && : >"$(printf 'l\351gal')"
		: >"$(printf 'back\\slash')" && : >"$(printf '%0255d' 7)"
		deep=.
		for n in 1 2 3 4 5 6 7 8; do
			deep=$deep/$(printf '%0100d' $n)
		done
		mkdir -p "$deep"
		: >"$deep/leaf"
		echo nested >.singularity.d/kept
		truncate -s 64M sparse
		printf end >>sparse
		setfattr -n user.note -v kept file
		setcap cap_net_raw+ep group
	)
	ln -s /etc "$1/.singularity.d"
	ln -s /nowhere "$1/environment"
	printf '#!/bin/sh\nexec sh "$@"\n' >"$1/bin/bash"
	chmod 755 "$1/bin/bash"
}

image() {
	odd_files "$tree"
	tar -C "$tree" -c --xattrs --xattrs-include='*' --format=pax . |
		alice podman import - localhost/odd >/dev/null 2>&1
	mkdir "$home/alice/web"
	cat >"$home/alice/web/Containerfile" <<-'E'
		FROM localhost/odd
		WORKDIR /data
		ENV GREETING="it's" script=image
		LABEL org.example.who=alice
		ENTRYPOINT ["echo", "run:"]
		CMD ["a  b", "$HOME"]
	E
	chown -R alice "$home/alice/web"
	alice podman build -q -t web web >/dev/null 2>&1
}

offset_of() { # SIF: of the file system
	siftool info 4 "$1" | sed -n 's/ *Offset: *//p'
}

unpack() { # SIF DIR
	unsquashfs -quiet -no-progress -o "$(offset_of "$1")" -d "$2" "$1" \
		>/dev/null
}

# Of a tree without what Singularity's own takes the place of: types, modes,
# owners, links and times; contents; which names are one file; attributes.
listing='
	cd "$1"
	set -- -path ./.singularity.d -prune -o ! -name .
	for e in .exec .run .shell singularity dev home proc root sys tmp; do
		set -- "$@" ! -path "./$e"
	done
	find . "$@" -printf "%P|%y|%m|%U|%G|%l|%Ts\0" | sort -z | tr "\0" "\n"
	find . "$@" -type f -print0 | sort -z | xargs -0 sha256sum
	find . "$@" ! -type d -printf "%i %P\0" | sort -z -k 2 | awk -v RS="\0" \
		"{ if (!(\$1 in n)) n[\$1] = NR; print n[\$1] }"
	find . "$@" -print0 | sort -z | xargs -0 getfattr -h -d -m - -e hex
'

formats() {
	ok 'siftool takes it' siftool header "$sif"
	like 'for one of this machine' "$(siftool header "$sif")" \
		"*Version: *01*Primary Architecture: *$(dpkg --print-architecture)*"
	is 'with a definition, labels, the configuration and a file system' \
		"$(siftool list "$sif" | sed -n 's/.*[0-9] *|//p')" \
		'Def.FILE
JSON.Labels
JSON.Generic
FS (Squashfs/*System/amd64)'
	like 'the definition names the image' "$(siftool dump 1 "$sif")" \
		'bootstrap: docker-daemon*from: sha256:*'
	like 'the labels are the image'"'"'s' "$(siftool dump 2 "$sif")" \
		'*"org.example.who": "alice"*'
	like 'so is the configuration' "$(siftool dump 3 "$sif")" \
		'*"Entrypoint"*"echo"*'
	is 'the file system is aligned' $(($(offset_of "$sif") % 4096)) 0
	is 'and the file is the user'"'"'s' "$(stat -c '%U %a' "$sif")" \
		'alice 755'
}

contents() {
	unpack "$sif" "$home/unpacked"
	t=$home/unpacked
	alice podman unshare sh -euc '
		list=$1
		set -- "$(podman image mount web)"
		eval "$list"
		podman image unmount web >/dev/null' - "$listing" >"$home/list-image"
	sh -euc "$listing" - "$t" >"$home/list-sif"
	like 'the image holds what it was made of' "$(cat "$home/list-image")" \
		'*data/file|f|4711|33|44||1000000000*security.capability*user.note*'
	ok 'its tree is the image'"'"'s: types, modes, owners, links, times, contents' \
		diff "$home/list-image" "$home/list-sif"
	like 'holes stay holes' "$(du -k "$sif")" '[0-9][0-9][0-9][0-9]	*'
	is 'the image'"'"'s own .singularity.d is not followed' \
		"$(cd "$t" && find .singularity.d etc -type f | sort)" \
		'.singularity.d/Singularity
.singularity.d/actions/exec
.singularity.d/actions/run
.singularity.d/actions/shell
.singularity.d/env/10-docker2singularity.sh
.singularity.d/env/90-environment.sh
.singularity.d/labels.json
.singularity.d/runscript
.singularity.d/startscript
.singularity.d/test
etc/hard
etc/passwd'
	is 'with the links that Singularity follows' \
		"$(readlink "$t/.run" "$t/.exec" "$t/singularity")" \
		'.singularity.d/actions/run
.singularity.d/actions/exec
.singularity.d/runscript'
	is 'a link that the image has already stays its own' \
		"$(readlink "$t/environment")" /nowhere
}

runs() {
	is 'it runs as the image says' "$(HOME=/x chroot "$t" /.run)" \
		'run: a  b $HOME'
	is 'with arguments in the place of CMD' \
		"$(chroot "$t" /.run 'c  d')" 'run: c  d'
	is 'without any it is in WORKDIR, else where the user is' \
		"$(sed 's/^exec .*/pwd/' "$t/.singularity.d/runscript" \
			>"$t/where"; chroot "$t" sh /where
			chroot "$t" sh /where x)" '/data
/'
	is 'with the image'"'"'s environment' \
		"$(chroot "$t" /.exec sh -c 'echo "$GREETING"')" "it's"
	is 'in which a variable of the user'"'"'s stays' \
		"$(script=mine chroot "$t" /.exec sh -c 'echo "$script"')" mine
	is 'sif-run runs it' "$(alice "$home/bin/sif-run" run web.sif)" \
		'run: a  b $HOME'
	like 'podman runs it' \
		"$(alice podman run --rm --network none "sif:$sif" 2>&1)" \
		'*run: a  b $HOME'
}

same_again() {
	ok 'the same image makes the same file' alice "$pod" sif web again.sif
	ok 'byte by byte' cmp "$sif" "$home/alice/again.sif"
	alice podman save -q web >"$home/web.tar" 2>/dev/null
	as bob podman load -q <"$home/web.tar" >/dev/null 2>&1
	ok 'also from the store of somebody else' as bob "$pod" sif web
	ok 'who has it from elsewhere, later' cmp "$sif" "$home/bob/web.sif"
	for c in gzip lz4 xz; do
		ok "it can be compressed with $c" \
			alice "$pod" sif --compress $c web $c.sif
		like 'as its superblock says' "$(unsquashfs -s -o \
			"$(offset_of "$sif")" "$home/alice/$c.sif")" \
			"*Compression $c*"
		rm -rf "$home/tree-$c"
		unpack "$home/alice/$c.sif" "$home/tree-$c"
		ok 'with the same contents' sh -euc \
			"$listing" - "$home/tree-$c"
		is 'as the others' "$(sh -euc "$listing" - "$home/tree-$c" |
			diff - "$home/list-sif")" ''
		rm -rf "$home/tree-$c"
	done
	not_ok 'identifiers differ where files do' cmp -s -n 64 "$sif" \
		"$home/alice/gzip.sif"
}

places() {
	like 'a file that is there is not replaced' \
		"$(status_of alice "$pod" sif web again.sif)" \
		'2 ie-podman: sif: again.sif: exists; -f replaces it'
	echo old >"$home/alice/again.sif"
	ok 'but with -f' alice "$pod" sif -f web again.sif
	ok 'it is' cmp "$sif" "$home/alice/again.sif"
	echo mine >"$home/victim"
	ln -s "$home/victim" "$home/alice/link.sif"
	mkfifo "$home/alice/fifo.sif"
	mkdir "$home/alice/dir.sif"
	for kind in link fifo dir; do
		like "a $kind in its place stays, also with -f" \
			"$(status_of alice "$pod" sif -f web $kind.sif)" \
			"2 ie-podman: sif: $kind.sif: not a regular file*"
	done
	is 'and is not followed' "$(cat "$home/victim")" mine
	like 'a folder of root'"'"'s stays closed' \
		"$(status_of alice "$pod" sif web "$home/evil.sif")" \
		'2 ie-podman: sif: create a file in *Permission denied; choose*'
	like 'a folder that does not exist is said not to' \
		"$(status_of alice "$pod" sif web gone/web.sif)" \
		'2 ie-podman: sif: create a file in gone: No such file*; choose*'
	like 'an image that does not exist, too' \
		"$(status_of alice "$pod" sif nosuch)" \
		'1 ie-podman: sif: nosuch: *image not known; see podman images'
	mkdir "$home/alice/small"
	mount -t tmpfs -o size=512k,mode=777 none "$home/alice/small"
	like 'a disk that is full is said to be' \
		"$(status_of alice "$pod" sif web small/web.sif)" \
		'1 ie-podman: sif: web: mksquashfs: *No space left on device*'
	is 'and no half of a file is left' "$(ls -A "$home/alice/small")" ''
	umount "$home/alice/small"
	for program in sh id podman unshare newuidmap newgidmap; do
		ln -s "$(command -v $program)" "$home/bin"
	done
	like 'without mksquashfs it says what to install' "$(
		user_path=$home/bin
		status_of alice "$pod" sif -f web again.sif
	)" '1 ie-podman: sif: web: mksquashfs is not installed; install squashfs-tools'
	long=$(printf '%0251d' 7).sif
	ok 'a name may be as long as names can be' alice "$pod" sif web "$long"
	for wrong in '' '--compress lzo web' '-x web' '--compress' 'a b c'; do
		# shellcheck disable=SC2086
		like "bad usage is told: sif${wrong:+ $wrong}" \
			"$(status_of alice "$pod" sif $wrong)" \
			'2 ie-podman: sif: *see --help'
	done
}

# More than a pipe holds at a time.
large_label() {
	echo FROM localhost/odd | alice podman build -q -t label \
		--label "large=$(printf '%0100000d' 7)" - >/dev/null 2>&1
	ok 'an image with a label of 100 kB becomes a file' \
		alice "$pod" sif label
	is 'which has all of it, with the labels' \
		"$(siftool dump 2 "$home/alice/label.sif" | awk 'length > 100000' | wc -l)" 1
	is 'and within' "$(unsquashfs -o "$(offset_of "$home/alice/label.sif")" \
		-cat "$home/alice/label.sif" .singularity.d/labels.json |
		awk 'length > 100000' | wc -l)" 1
}

# Podman's own, which outlives every command, has the name "podman pause".
left_of() { # USER: processes and mounts
	pgrep -u "$1" -l | grep -v ' podman pause$' || :
	grep -l /merged /proc/[0-9]*/mountinfo 2>/dev/null || :
}

# xz takes its time over what it cannot compress.
stopped() {
	mkdir "$home/alice/large"
	dd if=/dev/urandom of="$home/alice/large/file" bs=1M count=64 status=none
	printf 'FROM localhost/odd\nCOPY file /\n' >"$home/alice/large/Containerfile"
	chown -R alice "$home/alice/large"
	alice podman build -q -t large large >/dev/null 2>&1
	for signal in INT TERM HUP KILL; do
		as_exec alice "$pod" sif --compress xz large "$signal.sif" \
			2>"$home/said" &
		at=$!
		for _ in $(seq 200); do
			[ -z "$(pgrep -u alice mksquashfs)" ] || break
			sleep 0.05
		done
		ok "mksquashfs works when $signal comes" pgrep -u alice mksquashfs
		kill -s "$signal" $at
		code=0
		wait $at 2>/dev/null || code=$?
		is "$signal ends it as such" "$(kill -l $code)" "$signal"
		for _ in $(seq 100); do
			[ -n "$(left_of alice)" ] || break
			sleep 0.05
		done
		is 'no process and no mount is left' "$(left_of alice)" ''
		set -- "$home/alice/.ie-podman-sif-"*
		case $signal in
		KILL) is 'only the temporary file' "$#" 1 ;;
		*) is 'nor a file' "$*" "$home/alice/.ie-podman-sif-*" ;;
		esac
		not_ok 'nor one by the name' test -e "$home/alice/$signal.sif"
	done
	is 'Podman counts no mount of it, either' \
		"$(alice podman unshare podman image mount)" ''
	ok 'and the image can be removed' alice podman rmi large
}

image
ok 'an image becomes a file by its name' alice "$pod" sif localhost/web:latest
mv "$home/alice/web_latest.sif" "$home/alice/web.sif"
sif=$home/alice/web.sif
formats
contents
runs
same_again
large_label
places
stopped
done_testing
