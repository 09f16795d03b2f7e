# shellcheck shell=sh disable=SC2034,SC2154
# How a ganesha of this service is configured, started and waited for. Sourced
# after step.sh.

case " $IE_SERVICES " in
*' ceph '*) exports='vfs cephfs' ;;
*) exports=vfs ;;
esac

# port NAME nfs|mount
port() {
	p=$IE_PORT
	[ "$1" = vfs ] || p=$((p + 4))
	[ "$2" = nfs ] || p=$((p + 1))
	echo "$p"
}

fsal() {
	case $1 in
	vfs) echo "Path = $IE_DIR/export; FSAL { Name = VFS; }" ;;
	cephfs) echo 'Path = /; FSAL { Name = CEPH; User_Id = "admin"; }' ;;
	esac
}

configure() {
	mkdir -p "recovery.$1"
	set -- "$1" /usr/lib/*/ganesha
	cat <<CONF
NFS_CORE_PARAM {
	Bind_addr = $address;
	NFS_Port = $(port "$1" nfs);
	MNT_Port = $(port "$1" mount);
	Mount_Path_Pseudo = true;
	Enable_NLM = false;
	Enable_RQUOTA = false;
	Enable_UDP = false;
	Protocols = 3, 4;
	Plugins_Dir = "$2";
	NSM_Use_Caller_Name = true;
}
NFSv4 {
	Graceless = true;
	Lease_Lifetime = 10;
	RecoveryBackend = fs;
	RecoveryRoot = $IE_DIR/recovery.$1;
}
NFS_KRB5 { Active_krb5 = false; }
EXPORT {
	Export_Id = 1;
	Pseudo = /$1;
	Access_Type = RW;
	Squash = No_Root_Squash;
	SecType = sys;
	Protocols = 3, 4;
	Transports = TCP;
	$(fsal "$1")
}
CEPH { Ceph_Conf = $IE_CLUSTER_DIR/ceph/ceph.conf; }
LOG { Default_Log_Level = EVENT; }
CONF
}

# Returns when both ports listen. A Ceph that is coming back takes its time.
start_ganesha() {
	configure "$1" >"$1.conf"
	daemon "ganesha.$1" env LD_PRELOAD="$IE_DIR/norpcbind.so" \
		ganesha.nfsd -F -f "$IE_DIR/$1.conf" -L "$IE_DIR/log/ganesha.$1.log" \
		-p "$IE_DIR/run/$1.ganesha"
	left=1000
	until listening "$(port "$1" nfs)" && listening "$(port "$1" mount)"; do
		left=$((left - 1))
		if ! running "ganesha.$1" || [ $left = 0 ]; then
			echo "ganesha for $1 does not listen" >&2
			exit 1
		fi
		sleep 0.05
	done
}

# State 0A of /proc/net/tcp is LISTEN. Bind_addr gives it one address.
listening() {
	grep -q "$(printf ': [0-9A-F]*:%04X [0-9A-F:]* 0A ' "$1")" \
		/proc/net/tcp /proc/net/tcp6
}
