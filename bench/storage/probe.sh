#!/bin/sh
# Which drivers can be built here: prints build/config.mk. A driver is named
# once in the Makefile's DRIVERS; what it needs beyond libc is named here.
# usage: probe.sh CC DRIVER...
set -eu
export LC_ALL=C
cc=$1
shift

# links LIBS HEADER: does a program with this header link with these libraries?
# shellcheck disable=SC2086 # LIBS is a list of words
links() {
	printf '#include <stdint.h>\n#include <sys/time.h>\n#include <%s>\nint main(void) { return 0; }\n' "$2" |
		"$cc" -D_FILE_OFFSET_BITS=64 -x c -o /dev/null - $1 \
			2>/dev/null
}

built=''
missing=''
libs=''
need() { # DRIVER LIBS HEADER PACKAGE
	if links "$2" "$3"; then
		built="$built $1"
		libs="$libs $2"
	else
		missing="$missing $1:$4"
	fi
}

for driver in "$@"; do
	case $driver in
	uring) need uring -luring liburing.h liburing-dev ;;
	rados) need rados -lrados rados/librados.h librados-dev ;;
	rbd) need rbd "-lrbd -lrados" rbd/librbd.h librbd-dev ;;
	cephfs)
		need cephfs "-lcephfs -lrados" cephfs/libcephfs.h libcephfs-dev
		;;
	nfs) need nfs -lnfs nfsc/libnfs.h libnfs-dev ;;
	*) built="$built $driver" ;;
	esac
done

# What ie-bench-mpi needs besides
mpi_libs=$(mpicc --showme:link 2>/dev/null) &&
	mpi_cflags=$(mpicc --showme:compile 2>/dev/null) &&
	links "$mpi_cflags $mpi_libs" mpi.h || mpi_libs='' mpi_cflags=''

echo "# Made by bench/storage/probe.sh; remove this file to probe again."
echo "DRIVERS_BUILT :=$built"
echo "# DRIVER:PACKAGE for each one left out"
echo "DRIVERS_MISSING :=$missing"
# shellcheck disable=SC2086
echo "DRIVER_LIBS :=$(printf '%s\n' $libs | awk 'NF && !seen[$1]++ {
	printf " %s", $1 }')"
echo "# Empty: built without libopenmpi-dev"
echo "MPI_CFLAGS :=$(printf ' %s' "$mpi_cflags" | sed 's/ -I/ -isystem /g')"
echo "MPI_LIBS := $mpi_libs"
