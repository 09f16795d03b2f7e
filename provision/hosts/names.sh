# shellcheck shell=sh disable=SC2034
# Names that the steps of this service share.

prepared=${IE_HOSTS_BASE:-$IE_BIN/hosts}
memory=${IE_HOST_MIB:-1500}

# names N: h1 to hN.
host_names() {
	seq -f h%.0f "$1"
}

host_number() { # NAME: the end of its address
	echo $((40 + ${1#h}))
}
