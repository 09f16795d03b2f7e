#!/bin/sh
# ie-podman with real rootless Podman and two real users: what it adds, that
# everything else is Podman's, and that neither user meets the other.
# shellcheck disable=SC2016
set -eu
cd "$(dirname "$0")/../.."
# shellcheck source=tests/live/podman-lib.sh
. tests/live/podman-lib.sh
podman_enter tests/live/podman.t

status_of() { # COMMAND...: its status and output in one word list
	code=0
	said=$("$@" 2>&1) || code=$?
	echo "$code $said"
}
eventually() { # COMMAND...: it succeeds within five seconds
	for _ in $(seq 50); do
		"$@" >/dev/null 2>&1 && return 0
		sleep 0.1
	done
	return 1
}
# A first process that stops at once when it is told to
wait='trap "exit 0" TERM; while :; do sleep 0.2; done'

is "nothing that is installed has a set-id bit" \
	"$(find "$home/local" -perm /6000)" ""

# --- everything else is Podman's ---------------------------------------------
like "a user has a store of the own" "$(alice "$pod" images)" "*localhost/base*"
ok "a command of Podman's is Podman's" alice "$pod" volume create data
is "with Podman's words" "$(alice "$pod" volume ls -q)" data
is "and exit status" "$(alice "$pod" run --rm base sh -c 'exit 7' ||
	echo $?)" 7
is "arguments reach a container as they are" \
	"$(alice "$pod" run --rm base echo 'a  b' "c'd" --ip '$HOME')" \
	"a  b c'd --ip \$HOME"
like "global options come first" \
	"$(alice "$pod" --log-level error run --rm base id)" "uid=0*"
context=$home/alice/web
mkdir "$context"
cat >"$context/Containerfile" <<'EOF2'
FROM base AS one
RUN <<END
mkdir -p /srv
echo page >/srv/page
END
RUN --mount=type=cache,target=/cache echo hit >>/cache/x; cat /cache/x >/srv/x
FROM base
COPY --from=one /srv /srv
COPY *.txt /srv/
RUN rm /bin/nc
CMD trap "exit 0" TERM; httpd -p 80 -h /srv; while :; do sleep 0.2; done
EOF2
echo kept >"$context/kept.txt"
echo left >"$context/left.txt"
printf '*\n!kept.txt\n' >"$context/.dockerignore"
# What Podman 4.3 does not know it does not know here either
case $(alice podman --version) in
*' 4.'*) sed -i '/^RUN <<END/,/^END/c RUN mkdir /srv; echo page >/srv/page' \
	"$context/Containerfile" ;;
esac
ok "a user builds" alice "$pod" build -q -t web web
is "from what the folder's ignore file leaves, with cache mounts" \
	"$(alice "$pod" run --rm web ls /srv | tr '\n' ' ')" "kept.txt page x "
is "what a step removes is gone" \
	"$(alice "$pod" run --rm web sh -c 'ls /bin/nc 2>/dev/null' || :)" ""
ok "a Containerfile comes by standard input" alice sh -c \
	"printf 'FROM base\\nRUN touch /in\\n' | $pod build -q -t in -f - web"
ok "a folder of the user's own is mounted" alice sh -c "
	echo own >own && $pod run --rm -v ./own:/own base cat /own"

# --- an address --------------------------------------------------------------
client=$home/netd-client
install -m 755 "$build/netd-client" "$client"
like "without ie-netd a container does not start half" \
	"$(status_of alice "$pod" run --ip --name none base id)" \
	"1*ie-netd does not run here*"
is "and leaves no process" "$(pgrep -u alice -x sleep || :)" ""
alice podman rm -f none >/dev/null 2>&1
netd_conf 'pools = 10.91.0.0/28 10.92.0.0/24' 'per_user = 4'
netd_start
ok "a container runs with an address" alice "$pod" run -d --ip --name web web
address=$(alice "$pod" ip | sed 's/ .*//')
like "ip says whose it is" "$(alice "$pod" ip)" "10.91.0.* in use * alice * web"
ok "the host reaches it" ping -c 1 -W 2 "$address"
is "its server answers" "$(eventually busybox wget -qO- "http://$address/page" &&
	busybox wget -qO- "http://$address/page")" page
like "its name is its address, not that of loopback" \
	"$(alice podman exec web cat /etc/hosts)" "*$address*"
not_ok "no name of it is loopback's" alice podman exec web grep -E \
	"^127.0.0.1.*($(alice podman inspect -f '{{.Config.Hostname}}' web)|web)" \
	/etc/hosts
ok "localhost is still" alice podman exec web grep -q "^127.0.0.1.*localhost" \
	/etc/hosts
ok "names are resolved as on the host" alice podman exec web grep -q \
	"$(grep -m 1 nameserver /etc/resolv.conf)" /etc/resolv.conf
ok "it is stopped by podman alone" alice podman stop -t 0 web
like "it keeps its address" "$(alice "$pod" ip)" "$address *resting* web"
ok "and started by podman alone" alice podman start web
ok "with that address" ping -c 1 -W 2 "$address"
ok "restarted" alice podman restart -t 0 web
ok "likewise" ping -c 1 -W 2 "$address"
ok "what podman restarts by itself" alice "$pod" run -d --ip --name again \
	--restart=on-failure:1 base sh -c 'test -e /once || { touch /once
		sleep 0.5; exit 1; }; '"$wait"
eventually alice podman exec again test -e /once
sleep 2
like "has its address after that" "$(alice "$pod" ip)" "*in use*again*"
ok "and can be reached" ping -c 1 -W 2 "$(alice "$pod" ip |
	sed -n 's/ .*again//p')"
alice podman rm -f -t 0 again >/dev/null
ok "create reserves nothing" alice "$pod" create --ip=10.92.0.9 --name late \
	base sh -c "$wait"
is "before it starts" "$(alice "$pod" ip | grep -c 10.92 || :)" 0
ok "then the address is the one that was asked for" alice podman start late
like "as ip says" "$(alice "$pod" ip)" "*10.92.0.9 * in use * late*"
alice podman rm -f -t 0 late >/dev/null
is "run --rm keeps no address" "$(alice "$pod" run --rm --ip base true ||
	:; alice "$pod" ip | wc -l)" "$(alice "$pod" ip | wc -l)"
ok "keep-id works with it" alice "$pod" run --rm --ip --userns=keep-id base id
ok "so do other options of Podman's" alice "$pod" run --rm --ip -it=false \
	-e A=b --hostname there -v data:/d -w /d --read-only base env
like "another container shares it" "$(alice podman run --rm \
	--network container:web base ip -4 address)" "*$address*"
for options in '-p 80:80' '-P' '--network=host' '--net host' '--pod x' \
	'--dns 1.1.1.1' '--mac-address 02:00:00:00:00:01'; do
	# shellcheck disable=SC2086 # words
	like "$options beside --ip is refused" \
		"$(status_of alice "$pod" run --rm --ip $options base id)" \
		"2 ie-podman: run: --ip and ${options%%[ =]*}*"
done
like "a pod is told what to do instead" \
	"$(status_of alice "$pod" pod create --ip)" \
	"2 ie-podman: --ip: a pod gets no address*--network container:*"
like "what is no address is refused" \
	"$(status_of alice "$pod" run --ip=10.91.0 base id)" \
	"2 *--ip=10.91.0: expected an IPv4 address*"
like "an address as a word of its own is told" \
	"$(status_of alice "$pod" run --ip 10.91.0.9 base id)" \
	"2 *write --ip=10.91.0.9*"
like "check prints Podman's command line and runs nothing" \
	"$(alice "$pod" check -- run --ip=10.91.0.9 -e 'a b' base sh -c 'x y')" \
	"podman --hooks-dir=*--network=none --annotation=ie-podman.ip=10.91.0.9@*-e 'a b' base sh -c 'x y'"

# --- the share ---------------------------------------------------------------
alice podman rm -f -t 0 web >/dev/null
for i in 1 2 3 4; do
	alice "$pod" run --ip --name "c$i" base true >/dev/null 2>&1 || :
done
is "stopped containers have their addresses" "$(alice "$pod" ip | wc -l)" 4
like "more than the share is refused, and nothing starts" \
	"$(status_of alice "$pod" run --rm --ip base id)" "1*4 of 4 addresses*"
alice podman rm c1 >/dev/null
ok "that of a container that is gone is given back when it is needed" \
	alice "$pod" run --rm --ip base id
alice podman rm -a >/dev/null
like "ip says which ones are of no container that is there" \
	"$(alice "$pod" ip)" "*(not in your store)*"
is "and gives none back, as there may be other stores" "$(alice env \
	HOME=/tmp "$pod" ip >/dev/null; alice "$pod" ip | wc -l)" 3
for a in $(alice "$pod" ip | cut -d ' ' -f 1); do
	alice "$home/netd-client" release "$a" >/dev/null
done

# --- root in a container -----------------------------------------------------
bob "$pod" run -d --ip --name box base sh -c "$wait" >/dev/null
bobs=$(bob "$pod" ip | sed 's/ .*//')
hears() {
	rm -f "$home/heard"
	"$client" hear 7777 3 >"$home/heard" &
	hearing=$!
	eventually grep -q ready "$home/heard"
	"$@" >/dev/null 2>&1 || :
	wait $hearing || :
	grep -v ready "$home/heard" | sort -u | tr '\n' ' '
}
root_of() { # ARGUMENTS of the client, with all capabilities there are
	alice "$pod" run --rm --ip --cap-add all --security-opt seccomp=unconfined \
		-v "$client:/client" -v /lib:/lib -v /lib64:/lib64 -v /usr:/usr \
		base /client "$@"
}
is "root of a container is heard by its own address" "$(hears alice "$pod" run \
	--rm --ip=10.92.0.7 --cap-add all -v "$client:/client" -v /lib:/lib \
	-v /lib64:/lib64 -v /usr:/usr base \
	/client spoof 10.92.0.7 169.254.1.1 7777)" "10.92.0.7 "
is "and not by another's" "$(hears root_of spoof "$bobs" 169.254.1.1 7777)" ""
is "nor by frames of its own" "$(hears root_of frame eth0 "$bobs" 169.254.1.1 \
	7777 020000000009 0)" ""
like "a socket of ie-netd's in a container gives root of it nothing more" \
	"$(status_of alice "$pod" run --rm --ip --cap-add all \
	--user 5:5 -v /run/ie-netd:/run/ie-netd -v "$client:/client" \
	-v /lib:/lib -v /lib64:/lib64 -v /usr:/usr base /client attach 7)" \
	"1 *subordinate uids are no users*"
is "another user's containers are not seen" "$(alice podman ps -aq)" ""
not_ok "nor read" alice ls "$home/bob/.local/share/containers"
not_ok "nor stopped" alice kill "$(pgrep -u bob conmon | head -n 1)"
bob podman rm -f -t 0 box >/dev/null

# --- what an image or a file of the user's may say ------------------------------
mkdir "$home/alice/evil"
echo FROM localhost/base >"$home/alice/evil/Containerfile"
alice podman build -q --format oci --annotation ie-podman.ip=any -t evil evil \
	>/dev/null
is "an image gives itself no address" "$(alice podman run --rm --network none \
	evil ip -4 -o address | grep -c eth0 || :)" 0
ok "nor is it kept from starting" alice podman run --rm --network host evil id
mkdir -p "$home/alice/userdata"
echo '127.0.0.1 precious me' >"$home/alice/userdata/hosts"
chown -R alice "$home/alice/userdata"
alice "$pod" run --rm --ip -v "$home/alice/userdata/hosts:/etc/hosts:ro" base \
	true
is "a hosts file of the user's own stays as it is" \
	"$(cat "$home/alice/userdata/hosts")" '127.0.0.1 precious me'
mkdir -p "$home/alice/.config/containers"
printf '[engine]\nhooks_dir = ["/nowhere"]\n' \
	>"$home/alice/.config/containers/containers.conf"
alice "$pod" create --ip --name own base sh -c "$wait" >/dev/null
alice "$pod" start own >/dev/null
like "with hooks of the user's own it has its address, too" \
	"$(alice podman exec own ip -4 -o address)" "*eth0*"
alice podman rm -f -t 0 own >/dev/null
rm -r "$home/alice/.config"

# --- GPUs --------------------------------------------------------------------
like "without a GPU it says so" \
	"$(status_of alice "$pod" run --rm --gpu base id)" \
	"2 *--gpu: no file in /etc/cdi declares nvidia.com/gpu*"
mkdir -p /etc/cdi
cat >/etc/cdi/fake.json <<'EOF2'
{"cdiVersion": "0.5.0", "kind": "nvidia.com/gpu", "devices": [
 {"name": "0", "containerEdits": {"env": ["GPU0=here"]}},
 {"name": "1", "containerEdits": {"env": ["GPU1=here"]}},
 {"name": "all", "containerEdits": {"env": ["ALL=here"]}}]}
EOF2
like "--gpu is all of them" "$(alice "$pod" run --rm --gpu base env)" "*ALL=here*"
like "--gpu=1 is that one" "$(alice "$pod" run --rm --gpu=1 base env)" \
	"*GPU1=here*"
like "in a job those that Slurm gave" "$(alice env SLURM_JOB_GPUS=0,1 "$pod" \
	check -- run --gpu base)" \
	"*--device=nvidia.com/gpu=0 --device=nvidia.com/gpu=1 base"

# --- what builds slowly is told ----------------------------------------------
mkdir -p "$home/bob/.config/containers"
printf '[storage]\ndriver = "vfs"\ngraphroot = "$HOME/slow"\n' \
	>"$home/bob/.config/containers/storage.conf"
chown -R bob "$home/bob/.config"
bob podman import -q "$home/tree.tar" localhost/base >/dev/null 2>&1
like "a store of vfs is told, and what to do" \
	"$(status_of bob "$pod" run --rm base true)" \
	"*$home/bob/slow are kept with vfs*system reset*driver = \"overlay\"*"
for line in 'container run' '--log-level error run' \
	'--log-level error container --log-level error run'; do
	# shellcheck disable=SC2086 # words
	like "also to $line" "$(status_of bob "$pod" $line --rm base true)" \
		"*are kept with vfs*"
done
like "a reset is said to delete everything" \
	"$(status_of bob "$pod" run --rm base true)" "*DELETES all your images*"
like "info says so, too" "$(bob "$pod" info)" "*builds: slow: images in *vfs*"
rm -rf "$home/bob/.config"
like "info says what there is" "$(alice "$pod" info)" \
	"podman: podman version*(overlay)*user namespaces: on*subordinate uids: 65536*addresses: * in use*"
sed -i '/^alice:/d' /etc/subuid
like "and what is missing" "$(alice "$pod" info)" \
	"*subordinate uids: none; the administrator adds*usermod --add-subuids*"

# --- what is over ------------------------------------------------------------
grep -q '^alice:' /etc/subuid || usermod --add-subuids 200000-265535 alice
alice podman system migrate >/dev/null 2>&1 || :
export IE_PODMAN_CONF=$home/ie-podman.conf
printf '[reap]\nstopped = 0s\nnotice = 1h\nlimit = 20s\ngone = 0s\n' >"$IE_PODMAN_CONF"
carol() {
	as carol env IE_PODMAN_CONF="$IE_PODMAN_CONF" "$@"
}
useradd -m -d "$home/carol" -s /bin/sh carol
install -d -m 700 -o carol "/run/user/$(id -u carol)"
carol podman import -q "$home/tree.tar" localhost/base >/dev/null 2>&1
carol "$pod" run --ip --name old base true >/dev/null 2>&1 || :
like "reap warns first" "$(carol "$pod" reap)" "old: will be removed on *"
like "the user is told" "$(carol "$pod" ps 2>&1)" "*old has been stopped for long*"
is "and has the container" "$(carol podman ps -aq | wc -l)" 1
printf '[reap]\nstopped = 0s\nnotice = 0s\nlimit = 20s\ngone = 0s\n' >"$IE_PODMAN_CONF"
like "a dry run removes nothing" "$(carol "$pod" reap --dry-run
	carol podman ps -aq | wc -l)" "old: removed*1"
like "then it is removed, and its address is free" "$(carol "$pod" reap)" \
	"old: removed
10.9*: free"
is "for good" "$(carol podman ps -aq; carol "$pod" ip)" ""
carol "$pod" run --name more base true >/dev/null 2>&1
carol "$pod" reap >/dev/null
# A store that hangs: podman would wait for ever for this file
mkdir -p "$home/bob/.config/containers"
mkfifo "$home/bob/.config/containers/containers.conf"
chown -R bob "$home/bob/.config"
printf '[reap]\nstopped = 0s\nnotice = 0s\nlimit = 5s\n' >"$IE_PODMAN_CONF"
like "root reaps for every user, and one whose store hangs ends in its time" \
	"$(status_of env IE_PODMAN_CONF="$IE_PODMAN_CONF" timeout 60 "$pod" reap)" \
	"*bob: took too long*"
is "the others' are removed" "$(carol podman ps -aq)" ""
is "nothing of it runs on" "$(pgrep -u bob -f 'podman ps' || :)" ""
done_testing
