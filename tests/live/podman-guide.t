#!/bin/sh
# The page for users (tool/GUIDE.md) as it is written: every command in its code
# blocks, in order, as a user, in one folder; images are kept as README.md has
# it. The site's debian is a small one here, whose apt-get and python3 do
# little, and sbatch runs the job at once: tests/live/slurm.t has a real one.
# shellcheck disable=SC2016
set -eu
cd "$(dirname "$0")/../.."
# shellcheck source=tests/live/podman-lib.sh
. tests/live/podman-lib.sh
podman_enter tests/live/podman-guide.t
guide=$PWD/tool/GUIDE.md

# --- the machine that README.md's commands make ------------------------------
sed -n '/^\[storage\]/,/^END/p' tool/README.md | sed '/^END/d' |
	sed "s,/ssd,$home/ssd," >/etc/containers/storage.conf
install -d -m 755 "$home/ssd/containers"
install -d -m 700 -o alice "$home/ssd/containers/alice"
ok 'with that file root has a store, too' podman info
install -m 755 "$build/netd-client" "$home/netd-client"
netd_conf 'pools = 10.1.0.0/24'
netd_start
mkdir -p "$tree/usr/bin"
printf '#!/bin/sh\necho "apt-get $*" >>/apt.log\n' >"$tree/usr/bin/apt-get"
printf '#!/bin/sh\nexec sh "$@"\n' >"$tree/usr/bin/python3"
chmod 755 "$tree/usr/bin/apt-get" "$tree/usr/bin/python3"
tar -C "$tree" -cf "$home/debian.tar" .
alice podman import -q "$home/debian.tar" localhost/debian:12 >/dev/null
like 'images are where README.md puts them, and as builds are fast' \
	"$(alice "$pod" info)" "*images: $home/ssd/containers/alice (overlay)*"
mkdir -p /etc/cdi
echo '{"cdiVersion": "0.5.0", "kind": "nvidia.com/gpu", "devices": [
	{"name": "all", "containerEdits": {"env": ["GPU=here"]}}]}' \
	>/etc/cdi/fake.json
cat >/usr/local/bin/sbatch <<'END'
#!/bin/sh
grep -q '^#SBATCH --gpus=1 --time=' "$1" && sh -e "$1" >slurm-1.out
END
chmod 755 /usr/local/bin/sbatch
folder=$home/alice/guide
mkdir "$folder"
echo 'trap "exit 0" TERM; while :; do echo up; sleep 0.2; done' \
	>"$folder/app.py"
echo 'echo "trained on ${GPU:-none}"' >"$folder/train.py"
chown -R alice "$folder"

# --- the page ----------------------------------------------------------------
blocks() { # the Nth block of code, without fences
	awk -v want="$1" '/^```/ { n++; next } n == 2 * want - 1' "$guide"
}
user() { # COMMAND LINE: its output
	alice sh -c "cd guide && $1"
}
# One command line of the page: what goes on for ever is read for a while, what
# wants a terminal gets one.
step() { # LINE
	line=$(echo "${1%%#*}" | sed 's/ *$//')
	case $line in
	*" logs -f "*) line="$line | head -n 1" ;;
	*" -it "*) line="echo exit | script -qec '$line' /dev/null" ;;
	esac
	ok "$line" user "$line"
}
steps() { # FIRST LAST: these lines of the block
	sed -n "$1,$2p" "$home/block" >"$home/steps"
	while read -r line <&3; do
		step "$line"
	done 3<"$home/steps"
}
is 'the page has so many blocks' "$(grep -c '^```' "$guide")" 10
blocks 1 >"$folder/Containerfile"
blocks 2 >"$home/block"
steps 1 9
like 'a program of the image is there' \
	"$(alice podman run --rm web cat /apt.log)" 'apt-get update*python3'
blocks 3 >"$home/block"
steps 1 1
address=$(alice "$pod" ip | sed 's/ .*//')
like 'it has an address' "$address" '10.1.0.*'
ok 'which can be reached' ping -c 1 -W 2 "$address"
steps 2 6
like 'the file that came out is there' "$(cat "$folder/hosts")" "*$address*"
steps 7 7
like 'a stopped container keeps its address' "$(alice "$pod" ip)" \
	"$address *resting*"
steps 8 8
ok 'and has it again' ping -c 1 -W 2 "$address"
steps 9 9
like 'a certain address can be asked for' "$(user "$(sed -n \
	's/^`\(--ip=[0-9.]*\)`.*/ie-podman run --rm \1 web ip -4 address/p' \
	"$guide")")" '*inet 10.1.0.7/32*'
ok 'without one a port of it can be one of the server' user \
	'ie-podman run --rm -p 8080:80 web true'
like 'a folder of the own is mounted as the page has it' \
	"$(mkdir "$folder/data" && echo kept >"$folder/data/x" &&
		user 'ie-podman run --rm -v ./data:/data web cat /data/x')" kept
blocks 4 >"$home/block"
is 'a GPU is there' "$(user "$(cat "$home/block")")" 'trained on here'
blocks 5 >"$home/block"
ok 'the block on the cluster runs as a whole' alice \
	sh -euc 'cd guide; . "$1"' sh "$home/block"
is 'the job has run the program of the image' "$(cat "$folder/slurm-1.out")" \
	'trained on none'
ok 'info and check are as the page has them' user \
	'ie-podman info && ie-podman check -- run --ip web'
done_testing
