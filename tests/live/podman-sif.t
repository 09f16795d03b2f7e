#!/bin/sh
# ie-podman sif with real Podman and a real user: the file is what other
# programs take for a SIF, holds the image and nothing else, is the same every
# time, and is only ever made where the user himself could make it.
# shellcheck disable=SC2016
set -eu
cd "$(dirname "$0")/../.."
# shellcheck source=tests/live/podman-lib.sh
. tests/live/podman-lib.sh
podman_enter tests/live/podman-sif.t

status_of() { # COMMAND...: its status and output in one word list
	code=0
	said=$("$@" 2>&1) || code=$?
	echo "$code $said"
}

# An image that has all kinds of files, and brings a .singularity.d of its own:
# one that leads to /etc, where a careless writer would put its files.
image() {
	mkdir "$home/alice/web"
	cat >"$home/alice/web/Containerfile" <<-'E'
		FROM base
		RUN echo text >/file; ln -s /file /link; busybox ln /file /hard; \
		    busybox chown 33:44 /file; busybox chmod 4711 /file; \
		    busybox mkfifo /pipe; touch "/odd name"; \
		    printf '#!/bin/sh\nexec sh "$@"\n' >/bin/bash; \
		    busybox chmod 755 /bin/bash; \
		    touch -d @1000000000 /file; ln -s /etc /.singularity.d; \
		    mkdir /.exec; echo evil >/.exec/x; busybox dd if=/dev/urandom \
		    of=/big bs=1024 count=3000 2>/dev/null
		ENV GREETING="it's"
		LABEL org.example.who=alice
		ENTRYPOINT ["echo", "run:"]
		CMD ["a  b", "$HOME"]
	E
	chown -R alice "$home/alice/web"
	alice "$pod" build -t web web >/dev/null 2>&1
}

offset_of() { # SIF: of the file system
	siftool info 4 "$1" | sed -n 's/ *Offset: *//p'
}

unpack() { # SIF DIR
	unsquashfs -quiet -no-progress -o "$(offset_of "$1")" -d "$2" "$1" \
		>/dev/null
}

# Types, modes, owners, links, times and contents of a tree, without what is
# Singularity's, and without the folders that the one or the other adds.
listing() { # DIR FIRST_ID
	(
		cd "$1"
		base=$2
		set --
		for e in .singularity.d .exec .run .shell .test singularity \
			environment home; do
			set -- "$@" ! -path "./$e" ! -path "./$e/*"
		done
		find . -mindepth 1 "$@" -printf '%P|%y|%m|%U|%G|%l\n' | sort |
			awk -F'|' -v OFS='|' -v base="$base" \
				'{ $4 -= base; $5 -= base; print }'
		find . -type f "$@" -printf '%P %s %Ts\n' | sort
		find . -type f "$@" -print0 | sort -z | xargs -0 md5sum
	)
}

# Alice's image as Podman exports it, past ie-podman; prints the id on disk of
# the container's root.
export_image() { # DIR
	run=$home/run/$(id -u alice)
	first=$(sed -n 's/^remap-uids = "0:\([0-9]*\):.*/\1/p' \
		"$run/storage.conf")
	set -- "$1" podman --tmpdir "$run/tmp" --events-backend none
	export CONTAINERS_CONF="$home/containers.conf" \
		CONTAINERS_STORAGE_CONF="$run/storage.conf"
	dir=$1
	shift
	"$@" create --name reference --network none --pull never \
		--uidmap "0:$first:65536" --gidmap "0:$first:65536" \
		localhost/alice-web >/dev/null
	"$@" export reference | tar -C "$dir" -x --numeric-owner
	"$@" rm reference >/dev/null
	unset CONTAINERS_CONF CONTAINERS_STORAGE_CONF
	echo "$first"
}

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
}

contents() {
	unpack "$sif" "$home/tree-sif"
	mkdir "$home/tree-image"
	first=$(export_image "$home/tree-image")
	listing "$home/tree-image" "$first" >"$home/list-image"
	listing "$home/tree-sif" 0 >"$home/list-sif"
	like 'the image exports what it was made of' "$(cat "$home/list-image")" \
		'*hard|f|4711|33|44|*big *'
	ok 'its tree is the image'"'"'s: types, modes, owners, links, contents' \
		diff "$home/list-image" "$home/list-sif"
	t=$home/tree-sif
	ok 'the image'"'"'s own .singularity.d is not followed' \
		test ! -L "$t/.singularity.d" -a ! -e "$t/etc/runscript" \
		-a ! -e "$t/.exec/x"
	is 'ours is there' "$(cd "$t" && find .singularity.d -type f | sort)" \
		'.singularity.d/Singularity
.singularity.d/actions/exec
.singularity.d/actions/run
.singularity.d/actions/shell
.singularity.d/actions/start
.singularity.d/actions/test
.singularity.d/env/10-docker2singularity.sh
.singularity.d/env/90-environment.sh
.singularity.d/labels.json
.singularity.d/runscript
.singularity.d/startscript
.singularity.d/test'
	is 'with the links that Singularity follows' \
		"$(readlink "$t/.run" "$t/.exec" "$t/singularity")" \
		'.singularity.d/actions/run
.singularity.d/actions/exec
.singularity.d/runscript'
	is 'it runs as the image says' "$(HOME=/x chroot "$t" /.run)" \
		'run: a  b $HOME'
	is 'with arguments in the place of CMD' \
		"$(chroot "$t" /.run 'c  d')" 'run: c  d'
	is 'with the image'"'"'s environment' \
		"$(chroot "$t" /.exec sh -c 'echo "$GREETING"')" "it's"
}

podman_runs_it() {
	if site_podman pull -q "sif:$sif" >"$home/pulled" 2>&1; then
		like 'podman runs it' "$(site_podman run --rm --network none \
			"$(tail -n 1 "$home/pulled")" 2>&1)" '*run: a  b $HOME*'
	else
		tap_result 1 'podman takes it'
		diag "$(cat "$home/pulled")"
	fi
}

same_again() {
	ok 'the same image makes the same file' alice "$pod" sif web again.sif
	ok 'byte by byte' cmp "$sif" "$home/alice/again.sif"
	for c in gzip lz4 xz; do
		ok "it can be compressed with $c" \
			alice "$pod" sif --compress $c web $c.sif
		unpack "$home/alice/$c.sif" "$home/tree-$c"
		ok 'with the same contents' diff -r --no-dereference \
			-x pipe "$home/tree-sif" "$home/tree-$c"
		rm -rf "$home/tree-$c"
	done
	like 'nothing else' "$(status_of alice "$pod" sif --compress lzo web)" \
		'2 ie-podman: *'
}

places() {
	like 'a file that is there is not replaced' \
		"$(status_of alice "$pod" sif web again.sif)" \
		'1 ie-podman: sif: again.sif: File exists'
	echo old >"$home/alice/again.sif"
	ok 'but with -f' alice "$pod" sif -f web again.sif
	ok 'it is' cmp "$sif" "$home/alice/again.sif"
	is 'and it is the user'"'"'s' "$(stat -c %U "$home/alice/again.sif")" \
		alice
	echo mine >"$home/victim"
	ln -s "$home/victim" "$home/alice/trap.sif"
	like 'a link in its place is not followed' \
		"$(status_of alice "$pod" sif web trap.sif)" '1 *File exists'
	alice "$pod" sif -f web trap.sif
	is 'not even with -f' "$(cat "$home/victim")" mine
	like 'a folder of root'"'"'s stays closed' \
		"$(status_of alice "$pod" sif web "$home/evil.sif")" \
		'1 *Permission denied'
	like 'another user'"'"'s image is not there' \
		"$(status_of bob "$pod" sif web)" '[12] ie-podman: web: no such image'
	mkdir "$home/alice/small"
	mount -t tmpfs -o size=512k,mode=777 none "$home/alice/small"
	like 'a disk that is full is said to be' \
		"$(status_of alice "$pod" sif web small/web.sif)" \
		'1 ie-podman: sif: small/web.sif: *No space left on device*'
	is 'and no half of a file is left' "$(ls -A "$home/alice/small")" ''
	umount "$home/alice/small"
}

image
is 'the name is the image'"'"'s' "$(alice "$pod" sif web && ls "$home/alice")" \
	'web
web.sif'
sif=$home/alice/web.sif
formats
contents
podman_runs_it
same_again
places
is 'no container is left of it' "$(alice "$pod" ps -a | grep sif- || :)" ''
done_testing
