#!/bin/sh
# ie-podman with real rootful Podman and two real users: what each can do, and
# that neither meets anything of the other's or of the host's.
# shellcheck disable=SC2016
set -eu
cd "$(dirname "$0")/../.."
# shellcheck source=tests/live/podman-lib.sh
. tests/live/podman-lib.sh
podman_enter tests/live/podman.t
podman network create --disable-dns --subnet 10.91.0.0/29 net0 >/dev/null
podman network create --disable-dns --subnet 10.92.0.0/24 net1 >/dev/null
networks='
	addresses_per_user = 4
	address_rest_s = 1h
	[network net0]
	subnet = 10.91.0.0/29'
podman_conf "binds = $home/shared
$networks"
mkdir "$home/shared"
echo data >"$home/shared/file"

# A first process that stops at once when it is told to
wait='trap "exit 0" TERM; while :; do sleep 0.2; done'

answers() { # COMMAND...: it succeeds, sooner or later
	for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
		"$@" && return 0
		sleep 0.5
	done
	return 1
}

status_of() { # COMMAND...: its status and output in one word list
	code=0
	said=$("$@" 2>&1) || code=$?
	echo "$code $said"
}

# --- build -------------------------------------------------------------------
context=$home/alice/web
mkdir "$context"
cat >"$context/Containerfile" <<'EOF'
ARG BASE=nothing
FROM ${BASE} AS one
ARG GREETING=none
COPY page /srv/page
RUN echo "$GREETING" >/srv/greeting; cat /proc/self/uid_map >/srv/map; \
    grep NoNewPrivs /proc/self/status >/srv/privs
FROM base
COPY --from=one /srv /srv
EXPOSE 80
CMD trap "exit 0" TERM; httpd -p 80 -h /srv; while :; do sleep 0.2; done
EOF
echo page >"$context/page"
ln -s /etc/shadow "$context/link"
like "a link that leads out of the context is refused" \
	"$(status_of alice "$pod" build -t web web)" "[12] *link*"
rm "$context/link"
ok "a user builds an image" \
	alice "$pod" build -t web --build-arg GREETING=hello --build-arg BASE=base web
like "it has the user's name" "$(alice "$pod" images)" "*localhost/alice-web*"
like "a build runs in a user namespace" \
	"$(alice "$pod" run --rm web cat /srv/map)" "*0*2147483648*65536*"
like "a build has no new privileges" \
	"$(alice "$pod" run --rm web cat /srv/privs)" "NoNewPrivs:?1*"
is "build arguments arrive" "$(alice "$pod" run --rm web cat /srv/greeting)" \
	hello
like "the second build takes its layers from the cache" \
	"$(alice "$pod" build -t web --build-arg GREETING=hello --build-arg BASE=base web 2>&1)" \
	"*Using cache*"
cp -r "$context" "$home/bob"
chown -R bob "$home/bob/web"
not_ok "another user's build finds none of them" sh -c '
	cd "$1/bob" && setpriv --reuid bob --regid bob --init-groups \
		"$2" build --build-arg GREETING=hello --build-arg BASE=base web 2>&1 |
		grep "Using cache"' sh "$home" "$pod"

# removed NAME BASE: what one step has made and a later one removes
removed() {
	mkdir -p "$home/alice/$1"
	printf '%s\n' "FROM $2" 'RUN mkdir /made && touch /made/file /made/kept' \
		'RUN busybox rm /made/file /bin/nc' >"$home/alice/$1/Containerfile"
	alice "$pod" build -t "$1" "$1" >/dev/null 2>&1
	alice "$pod" run --rm "$1" sh -c 'ls /made; ls /bin/nc 2>/dev/null'
}
is 'what a step removes is gone' "$(removed gone base)" kept

# With so many layers the mount does not say where they are
mkdir "$home/alice/high"
tar -C "$tree" -cf "$home/alice/high/tree.tar" .
{
	printf 'FROM scratch\nADD tree.tar /\n'
	for i in $(seq 50); do
		echo "COPY Containerfile /f$i"
	done
	echo 'RUN rm /f1'
} >"$home/alice/high/Containerfile"
ok 'a build has many layers' alice "$pod" build -t high high
is 'what is removed of one of them is gone, too' \
	"$(alice "$pod" run --rm high sh -c 'ls /f* | wc -l')" 49
alice "$pod" rmi -f high >/dev/null

# While the step runs the site's file breaks: nothing removes what is there
mkdir "$home/alice/cut"
echo 'FROM base
RUN rm /bin/nc && sleep 2' >"$home/alice/cut/Containerfile"
cp "$home/ie-podman.conf" "$home/good.conf"
(
	sleep 1
	echo nonsense >>"$home/ie-podman.conf"
) &
like "a layer that cannot be made as it should is not made" \
	"$(status_of alice "$pod" build -t cut cut)" "1 *Podman was killed*"
wait
cp "$home/good.conf" "$home/ie-podman.conf"
like "nor is its image" "$(status_of alice "$pod" run --rm cut true)" \
	"*no such image*"

# A build that is ended in a step. left: what is there afterwards
mkdir "$home/alice/long"
echo 'FROM base
RUN touch /a; sleep 1234' >"$home/alice/long/Containerfile"
store=$home/state/users/$(id -u alice)
program_of() { # PROCESS
	readlink "/proc/$1/exe"
}
ended() { # SIGNAL
	rm -f "$home/status"
	(
		code=0
		alice "$pod" build -t long long >/dev/null 2>&1 || code=$?
		echo $code >"$home/status"
	) &
	answers pgrep -x sleep -u 2147483648 >/dev/null
	for pid in $(pgrep ie-podman); do
		[ "$(program_of "$pid")" != "$pod" ] ||
			[ "$(program_of "$(ps -o ppid= "$pid" | tr -d ' ')")" = \
				"$pod" ] || kill -s "$1" "$pid"
	done
	wait
	echo "$(cat "$home/status") $(left)"
}
left() {
	pgrep -x sleep -u 2147483648 || :
	layers | comm -13 "$home/before" -
}
layers() {
	find "$store/root/overlay" "$store/tmp" -mindepth 1 -maxdepth 1 \
		-regex '.*/\([0-9a-f]*\|buildah.*\)' -printf '%f\n' | sort
}
layers >"$home/before"
is "a build that its user ends leaves nothing" "$(ended INT)" '130 '
like "one that is killed leaves no process" "$(ended KILL)" "137 *buildah*"
not_ok "not one" pgrep -x sleep -u 2147483648
groups=$(cd "$store/tmp" && echo buildah*)
ok "root reaps" "$pod" reap
find /sys/fs/cgroup -depth -name "buildah-$groups" -exec rmdir {} \;
is "and the rest is gone" "$(left)" ""

refuse() { # LINE WHY
	mkdir -p "$home/alice/bad"
	printf 'FROM base\n%b\n' "$1" >"$home/alice/bad/Containerfile"
	like "a Containerfile is refused: $1" \
		"$(status_of alice "$pod" build bad)" "2 ie-podman: build: *$2*"
}
refuse 'RUN --mount=type=bind,source=/,target=/h id' 'flags of RUN'
refuse 'run \\\n  --network=host id' 'flags of RUN'
refuse 'ADD http://127.0.0.1/x /x' 'addresses'
refuse 'COPY --from=dir:/etc shadow /x' 'transports'
refuse 'COPY --from=localhost/bob-secret /x /x' 'not here'
refuse 'FROM containers-storage:x' 'transports'
refuse 'FROM $BASE' 'no ARG BASE'
refuse 'ONBUILD RUN --mount=type=secret,id=a id' 'flags of RUN'

# An administrator's image with triggers and one with steering annotations
printf 'FROM base\nONBUILD RUN --mount=type=bind,source=/,target=/h id\n' \
	>"$home/onbuild"
site_podman build -q --format docker -t trap -f "$home/onbuild" "$home/tree" \
	>/dev/null
printf 'FROM base\n' >"$home/annotated"
site_podman build -q --annotation run.oci.handler=krun -t steer \
	-f "$home/annotated" "$home/tree" >/dev/null
mkdir "$home/alice/onbuild"
echo 'FROM localhost/trap' >"$home/alice/onbuild/Containerfile"
like "triggers of a base image are looked at, too" \
	"$(status_of alice "$pod" build onbuild)" "2 *ONBUILD*flags of RUN*"
echo 'FROM localhost/steer' >"$home/alice/onbuild/Containerfile"
like "and annotations" "$(status_of alice "$pod" build onbuild)" \
	"2 *image localhost/steer: its manifest: annotation run.oci.*"
printf 'FROM base AS Trap\nFROM trap\n' >"$home/alice/onbuild/Containerfile"
like "an image that is called almost as a stage is one" \
	"$(status_of alice "$pod" build onbuild)" "2 *ONBUILD*flags of RUN*"
like "an image whose annotations steer the runtime does not run" \
	"$(status_of alice "$pod" run --rm steer id)" "2 *annotation run.oci.*"
site_podman manifest create localhost/list >/dev/null
site_podman manifest add localhost/list containers-storage:localhost/steer \
	>/dev/null
like "nor does it as one of a list" \
	"$(status_of alice "$pod" run --rm list id)" "2 *image list: *"

# --- what a build is based on ------------------------------------------------
# Podman as root has it, on alice's store
alices() {
	CONTAINERS_CONF=$home/containers.conf \
		CONTAINERS_STORAGE_CONF=$home/run/$(id -u alice)/storage.conf \
		podman --tmpdir "$home/run/$(id -u alice)/tmp" "$@"
}
field() { # IMAGE NAME: of its inspection
	alice "$pod" inspect --type image "$1" |
		sed -n "s/^ *\"$2\": \"\(.*\)\",*/\1/p" | head -n 1
}
# on NAME [LINE]: an image that has /mark, if its base has
on() {
	mkdir -p "$home/alice/on"
	printf 'FROM %s\n%b\nRUN ls /mark* >/found\n' "$1" "${2:-}" \
		>"$home/alice/on/Containerfile"
	alice "$pod" build -t on on >"$home/said" 2>&1 || :
	alice "$pod" run --rm on cat /found 2>&1 || :
	alice "$pod" rmi -f on >/dev/null 2>&1 || :
}
mkdir "$home/alice/good"
printf 'FROM base\nRUN touch /mark-good\n' >"$home/alice/good/Containerfile"
alice "$pod" build -t good good >/dev/null 2>&1
id=$(field good Id)
is "a build is based on an image of the user's own" "$(on alice-good)" \
	/mark-good
like "which the build's output has by name and ID" "$(cat "$home/said")" \
	"alice-good is $id*STEP 1/*: FROM $id*"
is "on one that is named by its ID" "$(on "$id")" /mark-good
is "or a part of it" "$(on "$(echo "$id" | cut -c 1-12)")" /mark-good
is "or its digest" "$(on "whatever@$(field good Digest)")" /mark-good
is "files are copied from an image" \
	"$(on base 'COPY --from=alice-good /mark-good /mark-copied')" \
	/mark-copied
like "which the output has by its ID, too" "$(cat "$home/said")" \
	"*alice-good is $id*COPY --from=$id /mark-good*"
is "a number is a stage" "$(on base \
	'RUN touch /mark-0\nFROM base\nCOPY --from=0 /mark-0 /mark-1')" /mark-1
alices tag alice-good localhost/base
is "of two stores the user's own is the first" "$(on base)" /mark-good
alices untag alice-good localhost/base
is "then the site's" "$(on base 'RUN touch /mark-site')" /mark-site
like "an image that is in none is not here" \
	"$(on localhost/alice-none >/dev/null; cat "$home/said")" \
	"*line 1: FROM: image localhost/alice-none is not here*"
is "of a build that is done again all steps are in the cache" "$(
	alice "$pod" build -t good good 2>&1 | grep -c 'Using cache')" 1

# While Podman begins the name becomes another image's, with a trigger
printf 'FROM base\nONBUILD RUN touch /mark-trap\n' >"$home/onbuild"
alices build -q --format docker -t alice-trap -f "$home/onbuild" "$home/tree" \
	>/dev/null
is "a trigger that may run does" "$(on alice-trap)" /mark-trap
cat >"$home/bin/late" <<-'E'
	#!/bin/sh
	case " $* " in
	*" build "*) podman "$1" tag alice-trap alice-good ;;
	esac
	exec podman "$@"
E
chmod 755 "$home/bin/late"
podman_conf "podman = $home/bin/late"
is "an image that takes the name later is not built on" "$(on alice-good)" \
	/mark-good
is "though it has it" "$(field alice-good Id)" "$(field alice-trap Id)"
podman_conf "binds = $home/shared
$networks"
alice "$pod" rmi -f alice-trap "$id" >/dev/null

# --- the site's images -------------------------------------------------------
# What a layer of alice's store holds of the base
copies() {
	find "$home/state/users/$(id -u alice)/root/overlay" -name busybox
}
alice "$pod" run --name light base busybox chown 5:6 /etc >/dev/null
is "a container of the site's image has no copy of it" "$(copies)" ""
alice "$pod" rm light >/dev/null
is "to it the files belong to its own root" \
	"$(alice "$pod" run --rm base busybox stat -c %u:%g /bin/busybox)" 0:0
is "and the site's are as they were" \
	"$(stat -c %u "$home"/site/overlay/*/diff/bin/busybox | sort -u)" 0
site_podman build -q -t newer -f "$home/annotated" "$home/tree" >/dev/null
ok "an image that the site adds is there at once" \
	alice "$pod" run --rm newer id
mkdir "$home/plain" "$home/upper" "$home/upper-work"
mount -t overlay -o "lowerdir=$home/site,upperdir=$home/upper,workdir=$home/upper-work" \
	none "$home/plain"
podman_conf "image_stores = $home/plain
	$networks"
ok "where ids cannot be mapped a container has its copy" \
	alice "$pod" run --name heavy base id
like "of all of it" "$(copies)" "*/bin/busybox"
alice "$pod" rm heavy >/dev/null
podman_conf "binds = $home/shared
$networks"
umount "$home/plain"

# --- isolation ---------------------------------------------------------------
inside=$(alice "$pod" run --rm web sh -c 'cat /proc/self/status
	cat /proc/self/uid_map /proc/self/cgroup; ip a; env; ls /proc')
like "a container has no new privileges" "$inside" "*NoNewPrivs:?1*"
like "a container has a seccomp filter" "$inside" "*Seccomp:?2*"
like "a container has few capabilities" "$inside" "*CapBnd:?00000000800405fb*"
like "a container is in its user's namespace of ids" "$inside" \
	"*0*2147483648*65536*"
is "another user's range is another" \
	"$(bob "$pod" run --rm base cat /proc/self/uid_map | tr -s ' ')" \
	" 0 2147549184 65536"
not_ok "the caller's environment does not get in" \
	alice env CONTAINERS_CONF=/dev/null LD_PRELOAD=/x CONTAINER_HOST=x \
	"$pod" run --rm web sh -c 'env | grep -E "CONTAINER|LD_|ALICE"'
ok "an environment of the caller's does no harm" \
	alice env -i CONTAINERS_STORAGE_CONF=/dev/null HOME=/nowhere "$pod" ps
like "descriptors of the caller's do not get in" \
	"$(alice sh -c "$pod run --rm web ls /proc/self/fd 7</etc/passwd")" \
	"0?1?2?3"
ok "it runs with descriptors closed" \
	alice sh -c "$pod ps >&- 2>&- <&-"
ok "low limits of the caller's do not break it" \
	alice sh -c "ulimit -Sf 0; ulimit -Sn 16; $pod run --rm web id"
is "the memory limit is set" \
	"$(alice "$pod" run --rm -m 32m web sh -c 'cat \
		/sys/fs/cgroup/memory/memory.limit_in_bytes \
		/sys/fs/cgroup/memory.max 2>/dev/null')" 33554432
like "a folder that the site shares can be read" \
	"$(alice "$pod" run --rm -v "$home/shared:/d:ro" web cat /d/file)" data
not_ok "and not written" \
	alice "$pod" run --rm -v "$home/shared:/d:ro" web touch /d/x
ok "a volume keeps what was written" \
	alice "$pod" run --rm -v data:/d web sh -c 'echo kept >/d/x'
is "the next container reads it" \
	"$(alice "$pod" run --rm -v data:/d:ro web cat /d/x)" kept
is "another user's volume of that name is another" \
	"$(bob "$pod" run --rm -v data:/d base sh -c 'ls /d')" ""

# --- addresses ---------------------------------------------------------------
ok "a container runs with an address" alice "$pod" run -d --ip --name web web
address=$(alice "$pod" ip | sed 's/ .*//')
like "the address is the site's" "$address" "10.91.0.*"
ok "it answers ping" answers ping -c 1 -W 1 "$address"
is "it answers TCP" \
	"$(answers timeout 5 busybox wget -qO- "http://$address/page")" page
like "what runs is seen by its user" "$(alice "$pod" ps)" "*alice-web*"
ok "exec runs in it" alice "$pod" exec web id

# --- two users ---------------------------------------------------------------
id=$(alice "$pod" ps -q)
is "another user does not see it" "$(bob "$pod" ps -aq)" ""
is "nor its image" "$(bob "$pod" images -q | wc -l)" "$(bob "$pod" images -q |
	sort -u | wc -l)"
not_ok "nor the name of its image" sh -c "$(printf \
	'setpriv --reuid bob --regid bob --init-groups %s images | grep alice' \
	"$pod")"
is "nor its address" "$(bob "$pod" ip)" ""
for name in web alice-web "$id"; do
	bob "$pod" rm -f "$name" >/dev/null 2>&1 || true
	for command in logs stop start restart rm inspect; do
		# shellcheck disable=SC2086 # a list of words
		not_ok "another user cannot: $command $name" \
			bob "$pod" $command "$name"
	done
	not_ok "another user cannot: exec $name" bob "$pod" exec "$name" id
	not_ok "another user cannot copy out of $name" \
		bob "$pod" cp "$name:/srv/page" stolen
	not_ok "another user cannot copy into $name" \
		bob "$pod" cp web/page "$name:/srv/page"
done
not_ok "another user cannot run its image" \
	bob "$pod" run --rm localhost/alice-web id
not_ok "another user cannot run its image by ID" \
	bob "$pod" run --rm "$(alice "$pod" inspect --type image web |
		sed -n 's/.*"Id": "\(.*\)",/\1/p')" id
# The same words, but for the name that was typed
said() {
	bob "$pod" "$@" 2>&1 | sed "s/$id/ID/g; s/${id%??}aa/ID/g"
}
for command in logs stop inspect "exec"; do
	word=''
	[ "$command" != "exec" ] || word=id
	# shellcheck disable=SC2086 # no word, or one
	is "absent and foreign look the same: $command" \
		"$(said $command "$id" $word)" "$(said $command "${id%??}aa" $word)"
done
is "after all that it still runs" "$(alice "$pod" ps -q)" "$id"
like "another user cannot take its address" \
	"$(status_of bob "$pod" run --rm --ip="$address" base id)" \
	"[12] *$address*"
not_ok "files of another user's store cannot be read by him" \
	bob ls "$home/state/users/$(id -u alice)/root/overlay"

# --- address keeping ---------------------------------------------------------
ok "a container is stopped" alice "$pod" stop -t 0 web
like "it keeps its address" "$(alice "$pod" ip)" "$address *stopped*"
not_ok "nobody else gets it then" bob "$pod" run --rm --ip="$address" base id
ok "it starts again" alice "$pod" start web
ok "with that address" answers ping -c 1 -W 1 "$address"
like "the failure of a run gives its address back" "$(
	alice "$pod" run --ip --name fails web /no/such/program 2>/dev/null || true
	alice "$pod" rm fails >/dev/null 2>&1
	alice "$pod" ip | wc -l)" "*1"
alice "$pod" run --rm --ip web id >/dev/null
one_address() {
	[ "$(alice "$pod" ip | wc -l)" = 1 ]
}
ok "a run that ends gives its address back" answers one_address
ok "a container is removed" alice "$pod" rm -f web
is "its address is its user's no more" "$(alice "$pod" ip)" ""
like "root sees all addresses" "$("$pod" ip)" "*10.91.0.*alice*"
n=0
while [ $n -lt 8 ] && bob "$pod" run -d --ip base sh -c "$wait" >/dev/null 2>&1
do
	n=$((n + 1))
done
like "the pool or a user's share comes to its end" \
	"$(status_of bob "$pod" run --ip --rm base id)" "[12] ie-podman: run: --ip*"
podman_conf "$networks
	[network net1]
	subnet = 10.92.0.0/24"
ok "another network is more addresses" alice "$pod" run --ip --rm base id

# --- copies ------------------------------------------------------------------
ok "a container waits" alice "$pod" run -d --name box base sh -c "$wait"
mkdir -p "$home/alice/dir/sub"
echo in >"$home/alice/dir/sub/file"
chown -R alice "$home/alice/dir"
ok "a folder is copied in" alice "$pod" cp dir box:/root
is "it is there" "$(alice "$pod" exec box cat /root/dir/sub/file)" in
ok "and copied out" alice "$pod" cp box:/root/dir/sub/file back
is "as the user's own file" "$(stat -c %U "$home/alice/back")" alice
ln -s /etc/shadow "$home/alice/shadow"
chmod 600 "$home/bob/web/page"
not_ok "a link to what the user cannot read is not copied" \
	alice "$pod" cp shadow box:/root
not_ok "nor what is another's" alice "$pod" cp "$home/bob/web/page" box:/root
alice "$pod" exec box sh -c 'ln -s /etc/shadow /root/trap
	ln -s / /root/all; echo x >/root/x'
not_ok "a link in a container leads to none of the host's files" sh -c '
	cd "$1/alice" && setpriv --reuid alice --regid alice --init-groups \
		"$2" cp box:/root/trap got 2>/dev/null && grep -q root: got' \
	sh "$home" "$pod"
not_ok "nothing is written where the user may not" \
	alice "$pod" cp box:/root/x /etc/ie-x
ok "the container goes" alice "$pod" rm -f box

# --- after a reboot, and the administrator's part ----------------------------
ok "a container of the time before" alice "$pod" run --name old base id
"$pod" rm -f root-has-none >/dev/null 2>&1 || true
bob "$pod" rm -af >/dev/null 2>&1
awk -v below="$home/run/" 'index($2, below) == 1 { print $2 }' /proc/mounts |
	sort -r | xargs -r umount
rm -rf "$home/run"
like "after a reboot its user has it" "$(alice "$pod" ps -a)" "*alice-old*"
ok "and starts it" alice "$pod" start -a old
podman_conf "reap_stopped_s = 0s
	reap_notice_s = 1h"
like "reap warns first" "$("$pod" reap)" "alice: alice-old: will be removed*"
like "the user is told by ps" "$(alice "$pod" ps 2>&1)" "*alice-old*removed*"
podman_conf "reap_stopped_s = 0s
	reap_notice_s = 0s"
like "a dry run removes nothing" "$("$pod" reap --dry-run; alice "$pod" ps -aq |
	wc -l)" "*1"
like "then it removes" "$("$pod" reap; alice "$pod" ps -aq | wc -l)" \
	"*removed*0"
usermod -l carol alice
ln -s alice "$home/carol"
carol() {
	setpriv --reuid carol --regid alice --clear-groups "$@"
}
like "a uid with another name gets none of the old one's" \
	"$(status_of carol "$pod" ps)" "2 *was alice before*"

is "no private folder is left" \
	"$(find "$home/state/users" -maxdepth 3 -name 'work-*')" ""
done_testing
