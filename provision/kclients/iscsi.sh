# shellcheck shell=sh
# iSCSI in a guest, by the small initiator that is made for booting: it needs
# no daemon and no files. Sourced after inside.sh.

iscsi_login() { # ADDRESS PORT DISK
	modules sd_mod iscsi_tcp
	iscsistart -i "iqn.2021-01.ie:$IE_GUEST" -t "iqn.2021-01.ie:$3" \
		-g 1 -a "$1" -p "$2" >/run/iscsistart.out 2>&1 || {
		tail -n 1 /run/iscsistart.out >&2
		return 1
	}
	until_true 100 "the disk of iSCSI target $3" test -b /dev/sda
}
