#!/bin/sh
# run --gpu with real Podman: a made-up vendor's device, which is /dev/zero by
# another name, declared by a CDI file as GPU vendors' tools write them; and a
# real GPU where this machine has one.
# shellcheck disable=SC2016
set -eu
cd "$(dirname "$0")/../.."
# shellcheck source=tests/live/podman-lib.sh
. tests/live/podman-lib.sh
podman_enter tests/live/podman-gpu.t
podman_conf 'gpu = vendor.example/gpu'

status_of() { # COMMAND...: its status and output in one word list
	code=0
	said=$("$@" 2>&1) || code=$?
	echo "$code $said"
}

is "without a CDI file there is no GPU, and that is said" \
	"$(status_of alice "$pod" run --gpu --rm base id)" \
	"2 ie-podman: run: --gpu: GPU: this machine has none (no CDI file \
declares vendor.example/gpu)"
like "nor does info know one" "$(alice "$pod" info)" "*gpus: none*"

mkdir -p /etc/cdi
for n in 0 1; do
	mknod -m 666 "$home/gpu$n" c 1 5
done
cat >/etc/cdi/vendor.json <<EOF
{ "cdiVersion": "0.5.0", "kind": "vendor.example/gpu", "devices": [
  { "name": "0", "containerEdits": {
      "deviceNodes": [ { "path": "$home/gpu0" } ] } },
  { "name": "1", "containerEdits": {
      "deviceNodes": [ { "path": "$home/gpu1" } ] } },
  { "name": "all", "containerEdits": { "deviceNodes": [
      { "path": "$home/gpu0" }, { "path": "$home/gpu1" } ] } } ],
  "containerEdits": { "env": [ "GPU_VENDOR=made-up" ] } }
EOF
gpus() { # OPTION...: what a container sees of them
	alice "$pod" run --rm "$@" base busybox sh -c 'cd "$0" 2>/dev/null &&
		for d in *; do echo "$d:"; busybox head -c 2 $d |
		busybox od -An -tx1; done; echo "$GPU_VENDOR"' "$home" |
		tr -s ' \n' ' '
}
like "then info names them" "$(alice "$pod" info)" "*gpus: 0 1 all*"
is "all of them are there, and can be read" "$(gpus --gpu)" \
	"gpu0: 00 00 gpu1: 00 00 made-up "
is "or the one that was asked for" "$(gpus --gpu=1)" "gpu1: 00 00 made-up "
is "and none where none was" "$(gpus)" " "
is "one that does not exist is refused" \
	"$(status_of alice "$pod" run --gpu=7 --rm base id)" \
	"2 ie-podman: run: --gpu: GPU 7: this machine has no such one"
podman_conf ''
like "a site without GPUs gives none" \
	"$(status_of alice "$pod" run --gpu --rm base id)" "2 *gives no GPUs*"

if need gpu nvidia-ctk --version; then
	nvidia-ctk cdi generate --output=/etc/cdi/nvidia.yaml >/dev/null 2>&1
	podman_conf 'gpu = nvidia.com/gpu'
	like "a real GPU is there" \
		"$(alice "$pod" run --gpu --rm base ls /dev)" "*nvidia0*"
fi
done_testing
