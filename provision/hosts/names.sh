# shellcheck shell=sh disable=SC2034
# What the steps of this service share.

prepared=${IE_HOSTS_BASE:-$IE_BIN/hosts}
host_mib=${IE_HOST_MIB:-1500}
# A host that starts, or starts again, shows no sign of life for longer than
# other guests do.
export IE_GUEST_LIMIT_S="${IE_GUEST_LIMIT_S:-240}"

host_number() { # NAME: the end of its address
	echo $((40 + ${1#h}))
}
