#!/bin/sh
# Installs ie-podman: the program (setuid root, for the group ie-podman), its
# manual, completion, configuration (kept when it is there) and timer. It
# neither enables the timer nor puts anybody into the group.
# usage: install.sh PROGRAM DESTDIR PREFIX
set -eu
program=$1 root=$2 prefix=$3
here=$(dirname "$0")
group=ie-podman

# Below DESTDIR a package is being made: its own scripts make the group
if [ -z "$root" ]; then
	getent group "$group" >/dev/null || groupadd --system "$group"
	install -d "$prefix/bin"
	install -m 4750 -o root -g "$group" "$program" "$prefix/bin/ie-podman"
else
	install -d "$root$prefix/bin"
	install -m 4750 "$program" "$root$prefix/bin/ie-podman"
fi

put() { # MODE FILE FOLDER [NAME]
	install -d "$root$3"
	install -m "$1" "$here/$2" "$root$3/${4:-$2}"
}
put 644 ie-podman.8 "$prefix/share/man/man8"
put 644 ie-podman.conf.5 "$prefix/share/man/man5"
put 644 completion.bash "$prefix/share/bash-completion/completions" ie-podman
put 644 GUIDE.md "$prefix/share/doc/ie-podman"
put 644 SECURITY.md "$prefix/share/doc/ie-podman"
put 644 ie-podman-reap.timer "$prefix/lib/systemd/system"
put 644 ie-podman-reap.service "$prefix/lib/systemd/system"
sed -i "s,@BINDIR@,$prefix/bin," \
	"$root$prefix/lib/systemd/system/ie-podman-reap.service"
[ -e "$root/etc/ie-podman.conf" ] || put 644 ie-podman.conf /etc
[ -e "$root/etc/ie-podman.containers.conf" ] ||
	put 644 containers.conf /etc ie-podman.containers.conf
