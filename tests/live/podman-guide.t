#!/bin/sh
# The page for users (tool/GUIDE.md) as it is written: every command in its code
# blocks, in order, as a user, in one folder. The site's debian is a small one
# here, whose apt-get and python3 do little. That Slurm runs the SIF file is
# shown in podman-slurm.t; here sbatch only reads the job.
# shellcheck disable=SC2016
set -eu
cd "$(dirname "$0")/../.."
# shellcheck source=tests/live/podman-lib.sh
. tests/live/podman-lib.sh
podman_enter tests/live/podman-guide.t
podman network create --disable-dns --subnet 10.93.0.0/24 net0 >/dev/null
podman_conf '[network net0]
	subnet = 10.93.0.0/24'
guide=$PWD/tool/GUIDE.md

mkdir -p "$tree/usr/bin"
printf '#!/bin/sh\necho "apt-get $*" >>/apt.log\n' >"$tree/usr/bin/apt-get"
printf '#!/bin/sh\nexec sh "$@"\n' >"$tree/usr/bin/python3"
chmod 755 "$tree/usr/bin/apt-get" "$tree/usr/bin/python3"
tar -C "$tree" -c . | site_podman import -q - localhost/debian >/dev/null

# What stands in front of it is what the page does not give
folder=$home/alice/guide
mkdir "$folder"
echo 'mkdir -p /data; echo result >/data/result
trap "exit 0" TERM; while :; do echo up; sleep 0.2; done' >"$folder/app.py"
printf '#!/bin/sh\nexec sh -n "$1"\n' >"$home/bin/sbatch"
chmod 755 "$home/bin/sbatch"
chown -R alice "$folder"

blocks() { # the Nth block of code, without fences
	awk -v want="$1" '/^```/ { n++; next } n == 2 * want - 1' "$guide"
}
# One command line of the page: what goes on for ever is read for a while, what
# wants a terminal gets one.
step() { # LINE
	line=$(echo "${1%%#*}" | sed 's/ *$//')
	case $line in
	*REGISTRY*) return ;; # there is none here
	*" logs -f "*) line="$line | head -n 1" ;;
	*" -it "*) line="echo exit | script -qec '$line' /dev/null" ;;
	esac
	ok "$line" as alice env PATH="$home/bin:/usr/sbin:/usr/bin:/bin" \
		sh -c "cd guide && $line"
}
steps() { # BLOCK
	blocks "$1" >"$home/block"
	while read -r line <&3; do
		step "$line"
	done 3<"$home/block"
}

blocks 1 >"$folder/Containerfile"
like 'the page begins with a Containerfile' "$(cat "$folder/Containerfile")" \
	'FROM localhost/debian*CMD*'
steps 2
like 'a program of the image is there' \
	"$(alice "$pod" run --rm web cat /apt.log)" 'apt-get update*python3'
blocks 3 >"$home/block"
step "$(sed -n 1p "$home/block")"
like 'it has an address' "$(alice "$pod" ip)" '10.93.0.* running *'
for copy in 'ie-podman cp app.py web:/app.py' \
	'ie-podman cp web:/data/result .'; do
	ok "the page has: $copy" grep -qF "\`$copy\`" "$guide"
	step "$copy"
done
is 'the result is here' "$(cat "$folder/result")" result
sed 1d "$home/block" >"$home/rest"
while read -r line <&3; do
	step "$line"
done 3<"$home/rest"
is 'the address is given back' "$(alice "$pod" ip)" ''
blocks 4 >"$home/job"
ok 'the block on the cluster runs as a whole' as alice \
	env PATH="$home/bin:/usr/sbin:/usr/bin:/bin" \
	sh -euc 'cd guide; . "$1"' sh "$home/job"
ok 'and makes the file that the job names' test -s "$folder/$(sed -n \
	's/^singularity run --nv //p' "$folder/job.sh")"
done_testing
