# shellcheck shell=sh disable=SC2034
# Names that the steps of this service share.

prepared=${IE_NODES:-$IE_BIN/nodes}
nodes='n1 n2 n3'

node_address() { # NAME
	echo "10.77.0.5${1#n}"
}
